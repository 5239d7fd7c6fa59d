"""The dashboard of ``deploy/grafana`` drawn from a scraped soak, without a Prometheus and a Grafana.

python -m sandbox.dashboard docs/images/dashboard.png --jobs 400 --seed 7
"""
