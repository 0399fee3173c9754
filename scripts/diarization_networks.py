# mypy: disallow-subclassing-any=False
"""The two diarisation networks, written from their papers, to load published weights into.

Attribute names follow the keys of the published state dicts, so that they load strictly.

PyanNet      SincNet filters, four bidirectional LSTM layers, two linear layers, powerset classes
             (Bredin 2023, "pyannote.audio 2.1 speaker diarization pipeline"; Plaquet and Bredin
             2023, "Powerset multi-class cross entropy loss"; Ravanelli and Bengio 2018, SincNet).
CAM++        residual 2-D head, densely connected TDNN with context-aware masks, statistics pooling
             (Wang et al. 2023, "CAM++: a fast and efficient network for speaker verification").
"""

import torch  # noqa: TID253 - a script for whoever remakes the weights; the package never imports it
from torch import Tensor, nn  # noqa: TID253 - the same
from torch.nn import functional as F  # noqa: N812, TID253 - the name everybody reads

__all__ = ["CamPlusPlus", "PyanNet", "VoiceHead"]

SAMPLE_RATE = 16_000
SEGMENT_FRAMES = 100  # CAM++ looks at the context of each 100 frames


class SincFilters(nn.Module):
    """40 even and 40 odd band-pass filters of 251 taps, given by their cut-off frequencies."""

    min_low_hz = 50.0
    min_band_hz = 50.0

    def __init__(self, pairs: int = 40, half: int = 125) -> None:
        super().__init__()
        self.low_hz_ = nn.Parameter(torch.zeros(pairs, 1))
        self.band_hz_ = nn.Parameter(torch.zeros(pairs, 1))
        self.register_buffer("window_", torch.zeros(half))
        self.register_buffer("n_", torch.zeros(1, half))  # 2 pi t of the taps before the centre

    def forward(self) -> Tensor:
        """Return the filters, shape (2 * pairs, 1, 2 * half + 1)."""
        low = self.min_low_hz + self.low_hz_.abs()
        high = low + self.min_band_hz + self.band_hz_.abs()
        high = high.clamp(self.min_low_hz, SAMPLE_RATE / 2)
        width = 2 * (high - low)
        taper = self.window_ / (self.n_ / 2)
        even = (torch.sin(high @ self.n_) - torch.sin(low @ self.n_)) * taper
        odd = (torch.cos(low @ self.n_) - torch.cos(high @ self.n_)) * taper
        cosines = torch.cat([even, width, even.flip(1)], dim=1) / width
        sines = torch.cat([odd, torch.zeros_like(width), -odd.flip(1)], dim=1) / width
        return torch.cat([cosines, sines]).unsqueeze(1)


class SincConv(nn.Module):
    """Convolve the waveform with the sinc filters, every ten samples."""

    def __init__(self) -> None:
        super().__init__()
        self.filterbank = SincFilters()

    def forward(self, wave: Tensor) -> Tensor:
        return F.conv1d(wave, self.filterbank(), stride=10)


class SincNet(nn.Module):
    """Waveform (batch, 1, samples) to features (batch, 60, frames), a frame each 270 samples."""

    def __init__(self) -> None:
        super().__init__()
        self.wav_norm1d = nn.InstanceNorm1d(1, affine=True)
        self.conv1d = nn.ModuleList([SincConv(), nn.Conv1d(80, 60, 5), nn.Conv1d(60, 60, 5)])
        self.norm1d = nn.ModuleList([nn.InstanceNorm1d(n, affine=True) for n in (80, 60, 60)])

    def forward(self, wave: Tensor) -> Tensor:
        x = self.wav_norm1d(wave)
        for number, (conv, norm) in enumerate(zip(self.conv1d, self.norm1d, strict=True)):
            x = conv(x)
            if number == 0:
                x = x.abs()  # the phase of a filter says nothing
            x = F.leaky_relu(norm(F.max_pool1d(x, 3)))
        return x


class PyanNet(nn.Module):
    """Waveform (batch, 1, samples) to log-probabilities (batch, frames, 7) of the speaker sets."""

    def __init__(self) -> None:
        super().__init__()
        self.sincnet = SincNet()
        self.lstm = nn.LSTM(60, 128, num_layers=4, bidirectional=True, batch_first=True)
        self.linear = nn.ModuleList([nn.Linear(256, 128), nn.Linear(128, 128)])
        self.classifier = nn.Linear(128, 7)

    def forward(self, wave: Tensor) -> Tensor:
        """Return natural logarithms: nobody, each of three speakers, each pair."""
        x, _ = self.lstm(self.sincnet(wave).transpose(1, 2))
        for layer in self.linear:
            x = F.leaky_relu(layer(x))
        return F.log_softmax(self.classifier(x), dim=-1)

    def bake(self) -> None:
        """Replace the sinc formula by the filters it yields: a graph need not recompute them."""
        conv = nn.Conv1d(1, 80, 251, stride=10, bias=False)
        conv.weight = nn.Parameter(self.sincnet.conv1d[0].filterbank().detach())
        self.sincnet.conv1d[0] = conv


def norm_relu(channels: int) -> nn.Sequential:
    """Return batch normalisation and a ReLU, named as in the published weights."""
    steps = nn.Sequential()
    steps.add_module("batchnorm", nn.BatchNorm1d(channels))
    steps.add_module("relu", nn.ReLU())
    return steps


class Residual(nn.Module):
    """Two 3x3 convolutions beside a shortcut; the stride halves the frequency axis alone."""

    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, (stride, 1), padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.shortcut = nn.Sequential()
        if stride > 1:
            self.shortcut.append(nn.Conv2d(channels, channels, 1, (stride, 1), bias=False))
            self.shortcut.append(nn.BatchNorm2d(channels))

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


class Head(nn.Module):
    """Features (batch, 80, frames) to local patterns (batch, 320, frames)."""

    def __init__(self, channels: int = 32) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.layer1 = nn.Sequential(Residual(channels, 2), Residual(channels, 1))
        self.layer2 = nn.Sequential(Residual(channels, 2), Residual(channels, 1))
        self.conv2 = nn.Conv2d(channels, channels, 3, (2, 1), padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, feats: Tensor) -> Tensor:
        x = F.relu(self.bn1(self.conv1(feats.unsqueeze(1))))
        x = F.relu(self.bn2(self.conv2(self.layer2(self.layer1(x)))))
        return x.flatten(1, 2)


class ContextMask(nn.Module):
    """A dilated convolution, masked by what the whole utterance and each 100 frames sound like."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.linear_local = nn.Conv1d(128, 32, 3, padding=dilation, dilation=dilation, bias=False)
        self.linear1 = nn.Conv1d(128, 64, 1)
        self.linear2 = nn.Conv1d(64, 32, 1)

    def forward(self, x: Tensor) -> Tensor:
        pooled = F.avg_pool1d(x, SEGMENT_FRAMES, SEGMENT_FRAMES, ceil_mode=True)
        context = x.mean(-1, keepdim=True) + pooled
        # The context is the same in all frames of a segment and these layers see one frame at a
        # time: a mask a segment, spread out afterwards, is the same for a hundredth of the work.
        mask = torch.sigmoid(self.linear2(F.relu(self.linear1(context))))
        spread = mask.unsqueeze(-1).expand(-1, -1, -1, SEGMENT_FRAMES).flatten(2)
        return self.linear_local(x) * spread[..., : x.shape[-1]]


class DenseLayer(nn.Module):
    """One layer of the densely connected TDNN: 32 new channels from all that came before."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.nonlinear1 = norm_relu(channels)
        self.linear1 = nn.Conv1d(channels, 128, 1, bias=False)
        self.nonlinear2 = norm_relu(128)
        self.cam_layer = ContextMask(dilation)

    def forward(self, x: Tensor) -> Tensor:
        return self.cam_layer(self.nonlinear2(self.linear1(self.nonlinear1(x))))


class DenseBlock(nn.Module):
    """Layers whose outputs pile up along the channels."""

    def __init__(self, channels: int, layers: int, dilation: int) -> None:
        super().__init__()
        for number in range(layers):
            self.add_module(f"tdnnd{number + 1}", DenseLayer(channels + 32 * number, dilation))

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.children():
            x = torch.cat([x, layer(x)], dim=1)
        return x


class Transit(nn.Module):
    """Halve the channels after a block."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.nonlinear = norm_relu(channels)
        self.linear = nn.Conv1d(channels, channels // 2, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(self.nonlinear(x))


class FirstLayer(nn.Module):
    """Halve the frame rate: 320 channels to 128."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Conv1d(320, 128, 5, stride=2, padding=2, bias=False)
        self.nonlinear = norm_relu(128)

    def forward(self, x: Tensor) -> Tensor:
        return self.nonlinear(self.linear(x))


class Statistics(nn.Module):
    """Mean and standard deviation over time, (batch, 512, frames) to (batch, 1024)."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x.mean(-1), x.std(-1, unbiased=True)], dim=1)


class Embedding(nn.Module):
    """Statistics to the voice vector, (batch, 1024) to (batch, 192)."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Conv1d(1024, 192, 1, bias=False)
        self.nonlinear = nn.Sequential()
        self.nonlinear.add_module("batchnorm", nn.BatchNorm1d(192, affine=False))

    def forward(self, x: Tensor) -> Tensor:
        return self.nonlinear(self.linear(x.unsqueeze(-1)).squeeze(-1))


class CamPlusPlus(nn.Module):
    """Mel filter-bank features (batch, frames, 80), mean removed, to voice vectors (batch, 192).

    Two vectors: the one that its authors compare ends with the normalisation; ports of the network
    that put a ReLU after it lose the sign of every value, and published figures rest on those too.
    A third output is what the statistics are taken of, so that they can be taken of any part of it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.head = Head()
        self.xvector = nn.Sequential()
        self.xvector.add_module("tdnn", FirstLayer())
        channels = 128
        for number, (layers, dilation) in enumerate(((12, 1), (24, 2), (16, 2)), start=1):
            self.xvector.add_module(f"block{number}", DenseBlock(channels, layers, dilation))
            channels += 32 * layers
            self.xvector.add_module(f"transit{number}", Transit(channels))
            channels //= 2
        self.xvector.add_module("out_nonlinear", norm_relu(channels))
        self.xvector.add_module("stats", Statistics())
        self.xvector.add_module("dense", Embedding())

    def forward(self, feats: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the vector after a ReLU, the vector itself, and (batch, 512, half the frames)."""
        *layers, statistics, dense = self.xvector
        patterns = self.head(feats.transpose(1, 2))
        for layer in layers:
            patterns = layer(patterns)
        signed = dense(statistics(patterns))
        return F.relu(signed), signed, patterns


class VoiceHead(nn.Module):
    """What comes after the pooling: mean and deviation (batch, 1024) to the vector (batch, 192)."""

    def __init__(self, network: CamPlusPlus) -> None:
        super().__init__()
        self.dense = network.xvector.dense

    def forward(self, statistics: Tensor) -> Tensor:
        """Return the vector itself, with its sign."""
        return self.dense(statistics)
