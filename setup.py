"""What pyproject.toml cannot say: the data kept by hand lies beside the code here, and inside it once installed."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["geo", "geo.*"]), "geo.data"],
    package_dir={"geo.data": "data"},
    package_data={
        "geo.data": ["*/*.tsv", "*/*.json", "README.md"],
        "geo.views": ["browser/*"],
        "geo.export": ["browser/*"],
    },
)
