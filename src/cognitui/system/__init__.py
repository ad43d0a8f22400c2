"""Programs and devices around cognitui: browser, editor, clipboard, processes and signals."""
