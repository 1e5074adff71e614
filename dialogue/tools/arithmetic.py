"""Sums, differences, products and quotients, for the tool `calculate`."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

from dialogue.tools.refusals import Code, RefusedError

LONGEST = 300
"""Characters of an expression."""

_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def calculate(expression: str) -> str:
    """The value of an expression of numbers, `+ - * /` and parentheses, rounded to two decimals.

    Raises:
        RefusedError: it is no such expression, divides by zero, or is too long.
    """
    try:
        if len(expression) > LONGEST:
            raise ValueError(f"expected up to {LONGEST} characters")
        return str(round(float(_value(ast.parse(expression.strip(), mode="eval").body)), 2))
    except (SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError) as error:
        raise RefusedError(Code.BAD_EXPRESSION, expression=expression[:LONGEST]) from error


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _BINARY[type(op)](_value(left), _value(right))
    raise ValueError(f"expected numbers, + - * / and parentheses, found {type(node).__name__}")
