"""The sample company: an invented brand whose truth is known, drawn by a structural model.

The modules here are the core: `setting`, `demand`, `promotions`, `plan`, `media` and `world` are latents that all share;
`customers`, `onboarding`, `orders`, `trials`, `baskets` and `chunk` draw what people do. Each module of `parts` turns them
into tables and truth. `build.make` writes a world to a folder; `realism` says whether it looks like a real brand.
"""
