"""Forecasts of children in placement and what they cost: price, mix and volume apart, simulated from a seed.

`costing.forecast.run.forecast(facts, settings, origin)` is the way in; `costing.forecast.facts` says what is needed.
"""
