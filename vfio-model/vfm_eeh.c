// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-model/vfm_eeh.c - EEH of a process's device: enable, ask for the state, thaw, reset (VFIO_EEH_PE_OP).
 *
 * Not modelled: error injection, whose argument is longer; it is asked for with vfm_ioctl().
 */
#include <linux/vfio.h>

#include "vfio-model/vfm_internal.h"

int64_t vfm_eeh(struct vfm_device *dev, uint32_t op)
{
	struct vfio_eeh_pe_op arg = {.argsz = sizeof(arg), .op = op};

	return vfm_ioctl(dev->proc, dev->container_fd, VFIO_EEH_PE_OP, &arg, sizeof(arg));
}
