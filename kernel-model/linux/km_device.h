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

/* km_file.c: descriptors and files. All but create and destroy work on current->files. Context: yield. */
struct files_struct *km_files_create(void);
/* Close everything, as exit does. */
void km_files_destroy(struct files_struct *files);
long km_file_open(const char *path, int flags);
long km_file_close(unsigned int fd);
long km_file_ioctl(unsigned int fd, unsigned int cmd, unsigned long arg);
long km_file_read(unsigned int fd, char __user *buf, size_t bytes);
long km_file_write(unsigned int fd, const char __user *buf, size_t bytes);
long km_file_pread(unsigned int fd, char __user *buf, size_t bytes, loff_t pos);
long km_file_pwrite(unsigned int fd, const char __user *buf, size_t bytes, loff_t pos);
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
/* @opal_id: the PHB whose interrupt it is. Return: 0, -EBUSY, -ENOMEM. */
int km_irq_request(unsigned int hwirq, u64 opal_id, km_irq_handler *handler, void *arg);
void km_irq_free(unsigned int hwirq);

/* km_pci.c */
/* Find, size, place and announce the functions below @hose: real configuration cycles through its ops. */
int km_pci_scan(struct pci_controller *hose, const struct platform_phb *info);
struct pci_dev *km_pci_dev(int index);
int km_pci_dev_count(void);
int km_pci_reset_function(struct pci_dev *pdev);
/* Give @pdev its one message interrupt, enable it in the device; -errno. */
int km_pci_msi_enable(struct pci_dev *pdev, km_irq_handler *handler, void *arg);
void km_pci_msi_disable(struct pci_dev *pdev);

/* km_eeh.c */
void km_eeh_init(void);
int km_eeh_add(struct pci_dev *pdev);

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
