"""Speaking: spoken form, synthesis and the rendered-phrase cache, behind one `Voice`."""
