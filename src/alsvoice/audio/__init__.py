"""Sound in and out: decoding, the 16 kHz mono mix, recording. Files are opened by ``store``."""
