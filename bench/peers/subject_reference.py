"""What all results are compared with: PyTorch in double precision, on the same numbers."""
import dataclasses

import numpy

import subject_torch


class Reference(subject_torch.Torch):
    @staticmethod
    def open(work, data):
        data.parameters = {name: values.astype(numpy.float64) for name, values in data.parameters.items()}
        data.x = data.x.astype(numpy.float64)
        if work.training:
            data.dy = data.dy.astype(numpy.float64)
        return subject_torch.Torch.open(dataclasses.replace(work, precision='f64'), data)
