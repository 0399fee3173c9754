"""``models``: list, pull, verify and remove the speech models."""

from typing import Annotated, Any

import typer

from alsvoice.cli import options, output
from alsvoice.cli.progress import progress

__all__ = ["add_to"]

_Names = Annotated[list[str] | None, typer.Argument(metavar="[NAME…]", help="Model or alias.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    models = typer.Typer(help="The models on this machine.", no_args_is_help=True)
    models.command("list")(list_)
    models.command("pull")(pull)
    models.command("verify")(verify)
    models.command("remove")(remove)
    app.add_typer(models, name="models")


def list_(as_json: options.AsJson = False) -> None:
    """List models with size, licence and whether they are here."""
    from alsvoice.backends import weights

    config = options.place().config
    rows: list[dict[str, Any]] = [
        {
            "name": model.name,
            "aliases": list(model.aliases),
            "role": model.role,
            "status": weights.status(model, config).value,
            "bytes": model.size,
            "licence": model.licence,
            "default": model.default,
        }
        for model in weights.load_manifest()
    ]
    if as_json:
        output.data({"models": rows})
        return
    for row in rows:
        size = f"{row['bytes'] / 1e6:.0f} MB"
        output.text(f"{row['name']:<28} {row['status']:<8} {size:>8}  {row['licence']}")


def pull(names: _Names = None, as_json: options.AsJson = False) -> None:
    """Fetch models; without a name those that the defaults need and lack."""
    from alsvoice.backends import weights

    config, manifest = options.place().config, weights.load_manifest()
    chosen = (
        [weights.find_model(name, manifest) for name in names]
        if names
        else [model for model in manifest if model.default and not model.bundled]
    )
    with progress() as hook:
        for model in chosen:
            weights.pull(model, config, hook)
    if as_json:
        output.data({"models": [model.name for model in chosen]})
    else:
        output.text(f"Here: {', '.join(model.name for model in chosen)}")


def verify(names: _Names = None, as_json: options.AsJson = False) -> None:
    """Compare every byte of the models that are here with the manifest's hashes."""
    from alsvoice.backends import weights

    config, manifest = options.place().config, weights.load_manifest()
    chosen = (
        [weights.find_model(name, manifest) for name in names]
        if names
        else [m for m in manifest if weights.status(m, config) is not weights.Status.MISSING]
    )
    for model in chosen:
        weights.verify(model, config)
    if as_json:
        output.data({"verified": [model.name for model in chosen]})
    else:
        output.text(f"Good: {', '.join(model.name for model in chosen)}")


def remove(name: str, as_json: options.AsJson = False) -> None:
    """Remove a pulled model."""
    from alsvoice.backends import weights

    model = weights.find_model(name, weights.load_manifest())
    freed = weights.remove(model, options.place().config)
    if as_json:
        output.data({"removed": model.name, "freed_bytes": freed})
    else:
        output.text(f"Removed {model.name}: {freed / 1e6:.0f} MB freed.")
