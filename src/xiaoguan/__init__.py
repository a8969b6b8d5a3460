"""Xiaoguan 销管: a company manages its whole sales team."""
