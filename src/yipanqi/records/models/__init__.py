"""The record of a volunteer, stars, certificates, and corrections of what is recorded."""

from yipanqi.records.models.entries import Commendation, Evaluation, Issuer, Service, Standing, Training
from yipanqi.records.models.papers import Amendment, Certificate, CertificateLine, Star, StarRule

__all__ = [
    "Amendment", "Certificate", "CertificateLine", "Commendation", "Evaluation", "Issuer", "Service", "Standing", "Star", "StarRule", "Training",
]  # fmt: skip
