/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KM_DEVICE_H
#define KM_DEVICE_H
/*
 * kernel-model/linux/km_device.h - the device half of the kernel model: files, character devices, IOMMU groups,
 * PCI, PHBs, interrupts, EEH. What the rest of kernel-model/linux calls; the hosted files use the kernel's own names.
 */
#include <linux/fs.h>
#include <linux/irqreturn.h>
#include <linux/pci.h>

#include "hw/platform.h"

/* km_file.c: descriptors and files. All but create, share and put work on current->files. Context: yield. */
struct files_struct *km_files_create(void);
/* The table for one more thread. */
struct files_struct *km_files_share(struct files_struct *files);
/* A thread leaves; with the last everything is closed, as exit does. */
void km_files_put(struct files_struct *files);
long km_file_open(const char *path, int flags);
long km_file_close(unsigned int fd);
long km_file_ioctl(unsigned int fd, unsigned int cmd, unsigned long arg);
long km_file_read(unsigned int fd, char __user *buf, size_t bytes);
long km_file_write(unsigned int fd, const char __user *buf, size_t bytes);
long km_file_pread(unsigned int fd, char __user *buf, size_t bytes, loff_t pos);
long km_file_pwrite(unsigned int fd, const char __user *buf, size_t bytes, loff_t pos);
/* A descriptor for @file, whose reference it consumes (receive_fd() of a message's SCM_RIGHTS). */
long km_file_receive(struct file *file);
/* Files that are open now (struct km_account). */
unsigned long km_file_count(void);
/* Last references that were dropped since; runs their release. Every system call ends with it. */
void km_file_work(void);

/* km_chrdev.c: nodes of /dev. */
/* The node at @path and what opens it, or NULL. */
struct inode *km_chrdev_lookup(const char *path, const struct file_operations **fops, void **private_data);

/* km_eventfd.c */
long km_eventfd_create(unsigned int count, int flags);

/* km_irq.c */
typedef irqreturn_t km_irq_handler(void *arg);
void km_irq_init(void);
/* Event context: the machine raises @hwirq; its handler runs in the interrupt task. */
void km_irq_raise(unsigned int hwirq);
/* @phb: whose interrupt it is; it must stay. Return: 0, -EBUSY, -ENOMEM. */
int km_irq_request(unsigned int hwirq, const struct platform_phb *phb, km_irq_handler *handler, void *arg);
void km_irq_free(unsigned int hwirq);
/* Event context: firmware has an event for the kernel (OPAL_EVENT_*, as the number of its bit). */
void km_irq_opal_event(unsigned int bit);

/* km_of.c: device tree nodes. @value stays the caller's. */
struct device_node *km_of_add(struct device_node *parent, const char *name);
void km_of_set(struct device_node *np, const char *name, const void *value, int len);
void km_of_set_cells(struct device_node *np, const char *name, const u32 *values, int count);
void km_of_set_cell(struct device_node *np, const char *name, u32 value);
/* A node for each function that firmware has found below the PHB. Return: 0, -ENOMEM. */
int km_of_add_functions(struct device_node *phb, u64 opal_id);
/* The node of function @devfn among the children of @parent, or NULL. */
struct device_node *km_of_find_function(const struct device_node *parent, unsigned int devfn);

/* km_pci.c */
/* Functions by domain, bus and function, bridges too; NULL past the last. */
struct pci_dev *km_pci_dev(int index);
void km_pci_host_init(const struct pci_controller *hose, const struct platform_phb *info);
int km_pci_register(struct pci_dev *pdev);
void km_pci_unregister(struct pci_dev *pdev);
/* Offset of a capability in the header's 256 bytes, 0: none. */
u8 km_pci_capability(const struct pci_dev *pdev, u8 wanted);
/* Give @pdev its one message interrupt, enable it in the device; -errno. */
int km_pci_msi_enable(struct pci_dev *pdev, km_irq_handler *handler, void *arg);
void km_pci_msi_disable(struct pci_dev *pdev);
/* What pci_save_state() and pci_restore_state() do to capabilities. */
void km_pci_msi_restore(struct pci_dev *pdev);
void km_pci_express_save(struct pci_dev *pdev);
void km_pci_express_restore(struct pci_dev *pdev);

/*
 * km_pci_scan.c, km_pci_assign.c: the steps of a boot. Find buses and functions; size and place; announce, and bind
 * drivers. -errno.
 */
int km_pci_scan(struct pci_controller *hose, const struct platform_phb *info);
int km_pci_assign(struct pci_controller *hose);
/* Places for what appeared on @bus and below it later; windows of bridges stay. -errno. */
int km_pci_assign_below(struct pci_bus *bus);
int km_pci_add_devices(struct pci_bus *bus);

/* km_pci_reset.c. Context: sleeps. */
int km_pci_reset_function(struct pci_dev *pdev);

/* km_driver.c: the driver core of the PCI bus. */
/* Bind a driver that wants @pdev, if it has none; whoever has it is called to let go. Context: sleep. */
void km_driver_attach(struct pci_dev *pdev);
void km_driver_release(struct pci_dev *pdev);
/* See struct km_ops.set_driver. */
int km_driver_set(const char *device, const char *driver);
/* Tell those who listen to the bus: BUS_NOTIFY_*. */
void km_bus_notify(struct device *dev, unsigned long action);

/* km_initcall.c: initcalls of hosted files; of the levels before the PCI buses are scanned, and of those after. */
int km_initcalls_early(void);
int km_initcalls_late(void);

/* km_files.c: files of debugfs and /proc. */
struct inode *km_files_lookup(const char *path, const struct file_operations **fops);

/* km_engine.c: drivers of the kernel's own for dma-engines. */
int km_engine_init(void);

/* km_powernv.c */
/* Boot of the device half: PHBs, buses, PEs, groups. -errno. */
int km_powernv_boot(const struct platform *platform);
/* See struct km_ops.device_info. */
int km_powernv_device_count(void);
int km_powernv_device_info(int index, char *name, unsigned long long name_bytes, int *group, unsigned int *phb,
			   unsigned int *pe, unsigned int *rid);

/* vfio-model/bus/vfm_bus.c: offer every function to VFIO; after the VFIO modules have been initialised. */
int vfm_bus_init(void);

#endif
