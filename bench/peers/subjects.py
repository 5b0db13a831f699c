"""Who there is to be measured, and what each needs in its process before it is loaded."""
import dataclasses
import importlib
import pathlib


@dataclasses.dataclass(frozen=True)
class Kind:
    module: str # imported in the subject's own process only
    factory: str
    variant: str = ''
    modes: tuple = ('inference', 'training')
    precisions: tuple = ('f32',)
    ragged: bool = True


# Weir's engines, and what weir_engine calls them.
ENGINES = {'auto': 0, 'blas': 1, 'native': 2}

WEIR = {f'weir-{engine}': Kind('subject_weir', 'Weir', engine, precisions=('f32', 'f64')) for engine in ENGINES}
PEERS = {
    'torch': Kind('subject_torch', 'Torch', precisions=('f32', 'f64')),
    'onnxruntime': Kind('subject_onnxruntime', 'OnnxRuntime', modes=('inference',)),
    'onednn': Kind('subject_onednn', 'OneDnn', 'sycl', ragged=False),
    'onednn-openmp': Kind('subject_onednn', 'OneDnn', 'openmp', ragged=False),
}
HELPERS = {
    'reference': Kind('subject_reference', 'Reference', precisions=('f32', 'f64')),
    'roofs': Kind('subject_roofs', 'Roofs'),
}
KINDS = {**WEIR, **PEERS, **HELPERS}

# Whichever of these a library reads, it gets as many threads as the row says.
THREAD_VARIABLES = ('OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'BLIS_NUM_THREADS')


@dataclasses.dataclass(frozen=True)
class Settings:
    """Of one subject's process."""
    name: str
    threads: int
    cpus: tuple
    folder: pathlib.Path # of the environment and the compiled subjects

    @property
    def variant(self):
        return KINDS[self.name].variant

    def environment(self):
        """Variables to set before the library is loaded."""
        variables = {name: str(self.threads) for name in THREAD_VARIABLES}
        # The SYCL runtime finds its device through this; its threads follow the process's CPUs.
        variables['OCL_ICD_FILENAMES'] = str(self.folder / 'lib' / 'libintelocl.so')
        variables['KINETO_LOG_LEVEL'] = '99' # PyTorch's profiler, which counts bytes, is not to talk
        return variables


def can_run(name, work):
    """Whether that work is the subject's at all."""
    kind = KINDS[name]
    return work.mode in kind.modes and work.precision in kind.precisions and (kind.ragged or not work.lengths)


def make(settings):
    kind = KINDS[settings.name]
    return getattr(importlib.import_module(kind.module), kind.factory)(settings)
