"""``templates``: the phases of a meeting, to list, show, make and check."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from alsvoice.cli import options, output

if TYPE_CHECKING:
    from alsvoice.templates import Template

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    templates = typer.Typer(help="Templates of phases.", no_args_is_help=True)
    templates.command("list")(list_templates)
    templates.command("show")(show_template)
    templates.command("new")(new_template)
    templates.command("check")(check_template)
    app.add_typer(templates, name="templates")


def list_templates(as_json: options.AsJson = False) -> None:
    """List the templates: those that come with alsvoice, and the library's own."""
    from alsvoice.pipeline.plans import all_templates, broken

    library = options.place().library
    found, wrong = all_templates(library), broken(library)
    if as_json:
        faults = [{"name": name, "sentence": e.sentence} for name, e in wrong.items()]
        output.data({"templates": [asdict(template) for template in found], "broken": faults})
        return
    for template in found:
        output.text(f"{template.name:<14} {_minutes(template.planned_ms)} min  {template.title}")
    for name, problem in wrong.items():
        output.text(f"{name:<14} broken: {problem.sentence}")


def show_template(name: str, as_json: options.AsJson = False) -> None:
    """Show a template's phases, with where it comes from."""
    from alsvoice.pipeline.plans import find

    found = find(options.place().library, name)
    if as_json:
        output.data(asdict(found))
        return
    _show(found)


def _show(template: "Template") -> None:
    output.text(f"{template.title}\n  {template.source}")
    if template.rounds > 1:
        output.text(f"  {template.rounds} rounds, or one for each presenter")
    for phase in template.phases:
        each = "  each round" if phase.each_round else ""
        speaks = f"  mainly {phase.speaks}" if phase.speaks else ""
        welcome = f"  welcome: {', '.join(phase.welcome)}" if phase.welcome else ""
        output.text(f"  {_minutes(phase.planned_ms)} min  {phase.name}{each}{speaks}{welcome}")


def _minutes(time_ms: int) -> str:
    return f"{time_ms / 60_000:>3g}"


def new_template(
    name: Annotated[str, typer.Argument(help="What it is to be called.")],
    like: Annotated[str, typer.Option(help="The template to begin from.")] = "classic",
    as_json: options.AsJson = False,
) -> None:
    """Make a template of your own, a copy of another, to be edited with any editor."""
    from alsvoice.pipeline.plans import make

    path = make(options.place().library, name, like)
    if as_json:
        output.data({"template": path.stem, "file": str(path)})
        return
    output.text(f"Template {path.stem} is in {path}")
    output.say(f"Next: edit that file, then alsvoice templates check {path.stem}")


def check_template(
    template: Annotated[str, typer.Argument(help="A template's name, or a TOML file.")],
    as_json: options.AsJson = False,
) -> None:
    """Say what is wrong with a template, or what it may not mean."""
    from alsvoice.pipeline.plans import cautions, check_file

    found = check_file(options.place().library, template)
    notes = list(cautions(found))
    if as_json:
        output.data({"template": found.name, "notes": notes})
        return
    for note in notes:
        output.say(f"Note: {note}")
    output.text(
        f"{found.name}: {len(found.phases)} phases, {_minutes(found.planned_ms).strip()} minutes."
    )
