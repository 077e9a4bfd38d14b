"""Forecasts of children in placement and what they cost: price, mix and volume apart, simulated from a seed.

The way in, for pages and commands alike:

- ``facts.ForecastFacts`` is what is needed; ``projections.queries.forecasting`` fills it: ``check_origin(source,
  origin)``, ``origin_warning(source, origin)``, ``forecast_facts(source, keys)`` and ``authority_settings(source,
  settings, origin)``, of the tables as they stand (``LiveCosts``) or as at an instant (``costs_as_at``).
- ``run.forecast(facts, settings, origin, progress) -> Forecast``. ``settings.ForecastSettings`` says until when, the
  uplift and the scenarios; ``ForecastProblems.problems`` what is wrong, in the user's words, all of it.
- ``summary.Forecast``: ``rows`` (children by day and cost by month, with percentiles), ``years`` (actual, committed,
  simulated), ``running`` (cost from the origin to each month's end), ``actual``, ``nights``, ``staff``.
- ``run.actual_children`` and ``fees.actual_nights``: what came, by day and by month, to draw before the origin.
- ``back_test.origins`` and ``back_test.back_test -> BackTest``: how well it would have done, beside the naive
  forecast and last year's trend.
- ``scenarios`` are the suppositions, ``scenario_file`` reads and writes them, ``difference.difference(first, second)``
  splits what they change into price, mix and volume, in units.
- ``files.forecast_csv(forecast)`` is the file.

How it works is in ``history`` (the past as counts), ``hazards`` and ``levels`` (leaving, moving, and how both change),
``entrants``, ``fees``, ``simulate`` and ``waves`` (the months ahead), ``tally`` and ``summary``.
"""
