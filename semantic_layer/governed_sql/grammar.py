"""What governed SQL may be made of: node types, arguments, casts. Everything else is refused.

Data only. It is a smaller list than the warehouse's own, which checks the result again: here
neither a table function nor a list of values nor a set operation but UNION ALL has a use.
"""

from __future__ import annotations

from sqlglot import exp

SHOP = "shop"
METRIC = "METRIC"

MAX_LENGTH = 20_000
MAX_NODES = 4_000
MAX_GOVERNED_SELECTS = 24
MAX_CONCATENATIONS = 8  # each can double a value, so a chain of them grows without bound
MAX_PRINTED = 48_000
MAX_PRINTED_NODES = 18_000

_QUERY: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.Select,
        exp.Union,
        exp.Subquery,
        exp.With,
        exp.CTE,
        exp.TableAlias,
        exp.From,
        exp.Join,
        exp.Table,
        exp.Where,
        exp.Group,
        exp.Having,
        exp.Qualify,
        exp.Order,
        exp.Ordered,
        exp.Limit,
        exp.Offset,
        exp.Distinct,
    }
)
_VALUES: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.Column,
        exp.Identifier,
        exp.Star,
        exp.Alias,
        exp.Literal,
        exp.Null,
        exp.Boolean,
        exp.Paren,
        exp.Interval,
        exp.Var,
        exp.Cast,
        exp.TryCast,
        exp.DataType,
        exp.DataTypeParam,
        exp.Neg,
    }
)
_LOGIC: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.And,
        exp.Or,
        exp.Not,
        exp.EQ,
        exp.NEQ,
        exp.GT,
        exp.GTE,
        exp.LT,
        exp.LTE,
        exp.NullSafeEQ,
        exp.NullSafeNEQ,
        exp.Is,
        exp.In,
        exp.Between,
        exp.Exists,
        exp.Like,
        exp.ILike,
        exp.Case,
        exp.If,
        exp.Coalesce,
        exp.Nullif,
        exp.Greatest,
        exp.Least,
    }
)
_ARITHMETIC: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.Add,
        exp.Sub,
        exp.Mul,
        exp.Div,
        exp.IntDiv,
        exp.Mod,
        exp.Abs,
        exp.Round,
        exp.Floor,
        exp.Ceil,
        exp.Sqrt,
        exp.Ln,
        exp.Exp,
        exp.Pow,
        exp.Sign,
    }
)
_TIME: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.TimestampTrunc,
        exp.DateTrunc,
        exp.Extract,
        exp.DateDiff,
        exp.Year,
        exp.Quarter,
        exp.Month,
        exp.Day,
    }
)
_AGGREGATES: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.Count,
        exp.Sum,
        exp.Avg,
        exp.Min,
        exp.Max,
        exp.Median,
        exp.Filter,
        exp.Stddev,
        exp.StddevSamp,
        exp.StddevPop,
    }
)
_WINDOWS: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.Window,
        exp.WindowSpec,
        exp.RowNumber,
        exp.Rank,
        exp.DenseRank,
        exp.PercentRank,
        exp.CumeDist,
        exp.Ntile,
        exp.Lag,
        exp.Lead,
        exp.FirstValue,
        exp.LastValue,
        exp.IgnoreNulls,
        exp.RespectNulls,
    }
)
_TEXT: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.Lower,
        exp.Upper,
        exp.Trim,
        exp.Length,
        exp.Substring,
        exp.Left,
        exp.Right,
        exp.Concat,
        exp.DPipe,
    }
)

ALLOWED_NODES = _QUERY | _VALUES | _LOGIC | _ARITHMETIC | _TIME | _AGGREGATES | _WINDOWS | _TEXT

# Read, and replaced by a date before anything is printed.
REPLACED_NODES: frozenset[type[exp.Expr]] = frozenset({exp.CurrentDate})

ONLY_WINDOWED: tuple[type[exp.Expr], ...] = (
    exp.RowNumber,
    exp.Rank,
    exp.DenseRank,
    exp.PercentRank,
    exp.CumeDist,
    exp.Ntile,
    exp.Lag,
    exp.Lead,
    exp.FirstValue,
    exp.LastValue,
)

ALLOWED_TYPES = frozenset(
    {
        exp.DType.BOOLEAN,
        exp.DType.INT,
        exp.DType.BIGINT,
        exp.DType.FLOAT,
        exp.DType.DOUBLE,
        exp.DType.DECIMAL,
        exp.DType.VARCHAR,
        exp.DType.TEXT,
        exp.DType.DATE,
        exp.DType.TIMESTAMP,
        exp.DType.TIMESTAMPNTZ,
    }
)

# Arguments that may be set on nodes whose other arguments would change what the statement does.
ALLOWED_ARGUMENTS: dict[type[exp.Expr], frozenset[str]] = {
    exp.Select: frozenset(
        {
            "with_",
            "expressions",
            "from_",
            "joins",
            "where",
            "group",
            "having",
            "qualify",
            "order",
            "limit",
            "offset",
            "distinct",
        }
    ),
    exp.Union: frozenset({"with_", "this", "expression", "distinct", "order", "limit", "offset"}),
    exp.Table: frozenset({"this", "db", "catalog", "alias"}),
    exp.TableAlias: frozenset({"this"}),
    exp.Join: frozenset({"this", "on", "using", "side", "kind"}),
    exp.Subquery: frozenset({"this", "alias"}),
    exp.Group: frozenset({"expressions", "all"}),
    exp.Distinct: frozenset({"expressions"}),
    exp.Star: frozenset(),
    exp.With: frozenset({"expressions"}),
    exp.CTE: frozenset({"this", "alias", "materialized"}),
    exp.Column: frozenset({"this", "table"}),
    exp.In: frozenset({"this", "expressions", "query"}),
    exp.Window: frozenset({"this", "partition_by", "order", "spec", "over"}),
    exp.Ordered: frozenset({"this", "desc", "nulls_first"}),
}

JOIN_KINDS = frozenset({"", "INNER", "OUTER", "CROSS"})
JOIN_SIDES = frozenset({"", "LEFT", "RIGHT", "FULL"})
