"""Sums in templates."""

from django import template

from orders.words import roubles

register = template.Library()
register.filter("roubles", roubles)
