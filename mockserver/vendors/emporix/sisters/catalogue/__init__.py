"""The category and product services: assignments, trees and searches of the catalogue."""
