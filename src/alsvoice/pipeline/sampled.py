"""Samples of voices that came with a set from another laptop, made profiles to know them by."""

import base64
import binascii
import io
from collections.abc import Iterator

from alsvoice.audio.mix import open_mix
from alsvoice.backends.diarize.prints import VoicePrints
from alsvoice.config import Config
from alsvoice.errors import AlsvoiceError
from alsvoice.formats.set_file import HandOver
from alsvoice.pipeline import profiles
from alsvoice.pipeline.listening import Listener, network_model
from alsvoice.session import Consent
from alsvoice.store import Library
from alsvoice.voices import VoiceProfile, VoiceSource, centre

__all__ = ["take_samples"]

_MOST_MS = 10_000
_SOURCE = "handed over"


def take_samples(
    library: Library, config: Config, set_name: str, given: HandOver, *, time: str
) -> tuple[str, ...]:
    """Keep voices of whom only a sample came; return their names. Without consent none is read."""
    bases = {name: given.consents.get(name) or given.set.consent for name in given.voices}
    wanted = {
        name: consent
        for name, consent in bases.items()
        if consent and consent.is_given and not profiles.is_kept(library, set_name, name)
    }
    if not wanted:
        return ()
    prints = VoicePrints(network_model(config))
    found = tuple(
        profile
        for name, consent in wanted.items()
        for profile in _sampled(name, consent, given.voices[name], prints, time)
    )
    for profile in found:
        profiles.keep(library, set_name, profile)
    return tuple(profile.name for profile in found)


def _sampled(
    name: str, consent: Consent, clip: str, prints: VoicePrints, time: str
) -> Iterator[VoiceProfile]:
    """Yield the profile of a sample; nothing where it cannot be decoded or is too short."""
    try:
        with open_mix(io.BytesIO(base64.b64decode(clip, validate=True))) as sound:
            length = min(sound.duration_ms, _MOST_MS)
            heard = Listener(sound, prints).heard(name, [(0, length)])
    except (AlsvoiceError, binascii.Error):
        return
    if heard.vectors:
        source = VoiceSource(
            session=_SOURCE,
            taken=time,
            seconds=heard.seconds[0],
            passages=1,
            vector=tuple(round(x, 6) for x in centre(heard.vectors, heard.seconds)),
            sample=True,
        )
        yield VoiceProfile(
            name=name, network=prints.network, consent=consent, consented=time, sources=(source,)
        )
