"""The sample company: an invented brand whose truth is known, drawn by a structural model.

`setting`, `demand`, `plan`, `media` and `world` are the core: latents that all parts share. `customers`, `onboarding`,
`orders`, `trials`, `baskets` and `chunk` draw what people do. `parts` lists the modules that turn it into tables and truth.
`build.make` writes a world to a folder.
"""
