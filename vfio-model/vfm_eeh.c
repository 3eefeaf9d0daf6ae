// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-model/vfm_eeh.c - EEH of a process's device: enable, ask for the state, thaw, reset, inject (VFIO_EEH_PE_OP).
 */
#include <linux/vfio.h>

#include "vfio-model/vfm_internal.h"

int64_t vfm_eeh(struct vfm_device *dev, uint32_t op)
{
	struct vfio_eeh_pe_op arg = {.argsz = sizeof(arg), .op = op};

	return vfm_ioctl(dev->proc, dev->container_fd, VFIO_EEH_PE_OP, &arg, sizeof(arg));
}

int64_t vfm_eeh_inject(struct vfm_device *dev, uint32_t type, uint32_t func, uint64_t addr, uint64_t mask)
{
	struct vfio_eeh_pe_op arg = {.argsz = sizeof(arg), .op = VFIO_EEH_PE_INJECT_ERR};

	arg.err.type = type;
	arg.err.func = func;
	arg.err.addr = addr;
	arg.err.mask = mask;
	return vfm_ioctl(dev->proc, dev->container_fd, VFIO_EEH_PE_OP, &arg, sizeof(arg));
}
