"""The readable form of a live figure, for readers without a kernel or without scripts: plain HTML, no styling of its own."""

from html import escape

from squeezelab.core.words import formatted

LIVE = "The controls are live in the rendered book, in JupyterLab and in Colab."


def head(column):
    unit = column.get("unit")
    return escape(f"{column['label']} ({unit})" if unit else column["label"])


def table(description):
    """The data behind the picture."""
    columns = description["columns"]
    heads = "".join(f'<th scope="col">{head(column)}</th>' for column in columns)
    rows = []
    for row in description["rows"]:
        cells = [escape(formatted(value, column.get("format"))) for value, column in zip(row, columns)]
        rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    caption = escape(description.get("caption", ""))
    return f"<table><caption>{caption}</caption><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def readout(rows):
    """The tiles as a list."""
    items = []
    for row in rows:
        unit = " " + row["unit"] if row.get("unit") else ""
        items.append(f"<li>{escape(row['label'])}: {escape(formatted(row['value'], row.get('format')) + unit)}</li>")
    return f"<ul>{''.join(items)}</ul>" if items else ""


def settings(controls, values):
    """The state of the controls, a line for those in view and one for each group."""
    lines = {None: []}
    for control in controls:
        if control["kind"] == "program":
            continue
        lines.setdefault(control.get("group"), []).append(setting(control, values[control["name"]]))
    return "<br>".join((f"{escape(group)}: " if group else "") + escape(" · ".join(parts)) for group, parts in lines.items())


def program(controls, values):
    """The program that a figure was asked for, as it stands; empty where none is."""
    texts = [values[control["name"]] for control in controls if control["kind"] == "program"]
    return "".join(f"<pre>{escape(text)}</pre>" for text in texts)


def setting(control, value):
    """'Width: 1 × channels'"""
    unit = f" {control['unit']}" if control.get("unit") else ""
    return f"{control['label']}: {setting_text(control, value)}{unit}"


def setting_text(control, value):
    """What is set: a choice by its label; a number with four digits where no format is named, for 0.625 is not 0.63."""
    if control["kind"] == "cells":
        return value or "none"
    if control["kind"] == "drawing":
        return {option["value"]: option["label"] for option in control["options"]}.get(value, "drawn by hand")
    if control["kind"] == "toggle":
        return "yes" if value else "no"
    labels = {option["value"]: option["label"] for option in control.get("options", [])}
    return labels.get(value) or formatted(value, control.get("format") or "four")


def explorer(payload):
    figure = payload["figure"]
    parts = [f"<p><strong>{escape(figure['finding'])}</strong></p>"]
    if figure.get("problem"):
        parts.append(f"<p>{escape(figure['problem'])}</p>")
    parts.append(f"<p>{escape(payload['title'])}. {settings(payload['controls'], payload['values'])}</p>")
    parts.append(program(payload["controls"], payload["values"]))
    parts += [f"<p>{escape(reason)}</p>" for reason in figure.get("disabled", {}).values()]
    parts.append(readout(figure.get("readout", [])))
    if figure.get("formula"):
        parts.append(f"<p><code>{escape(figure['formula'])}</code></p>")
    if figure.get("table"):
        parts.append(f"<details><summary>The data</summary>{table(figure['table'])}</details>")
    parts.append(f"<p><small>{escape(payload.get('live', LIVE))}</small></p>")
    return "".join(parts)


def prediction(payload):
    options = "".join(f"<li>{escape(option)}</li>" for option in payload["options"])
    answer = escape(f"{payload['options'][payload['answer']]}. {payload['reveal']}")
    ask = f"<p><strong>{escape(payload['question'])}</strong></p><ol>{options}</ol>"
    return f"{ask}<details><summary>Commit to one, then reveal</summary><p>{answer}</p></details>"


def html(payload):
    """The fallback of an explorer or a prediction."""
    return (prediction if payload["kind"] == "prediction" else explorer)(payload)
