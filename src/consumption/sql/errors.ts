import { type ErrorSpec, type LakeError, defineErrors } from '#kit'

const invalid = (remedy: string): ErrorSpec => ({ kind: 'invalid', remedy })

/** Errors of a statement. Messages are complete, in the form Athena gives: `NAME: line 1:8: what`. */
export const SqlErrors = defineErrors('consumption/sql', {
  SyntaxError: invalid('Correct the statement at the line and column named.'),
  TableNotFound: invalid('Name a table that the catalog has, with its database.'),
  SchemaNotFound: invalid('Name a database that the catalog has.'),
  CatalogNotFound: invalid('Use AwsDataCatalog, or no catalog at all.'),
  ColumnNotFound: invalid('Name a column of the tables in FROM.'),
  AmbiguousName: invalid('Qualify the column with its table.'),
  TypeMismatch: invalid('Cast one side, or give the function what it takes.'),
  FunctionNotFound: invalid('The function is not one of Athena engine version 3.'),
  InvalidArgument: invalid('Give the function an argument within its domain.'),
  InvalidRecursion: invalid('Name the query once, in FROM of the second part of its UNION.'),
  NestedAggregation: invalid('Aggregate in a subquery, and aggregate its rows again.'),
  InvalidFrame: invalid('Give the frame a start that is not after its end.'),
  OutOfRange: invalid('Give a number within the bounds named.'),
  InvalidReference: invalid('Name a column that can be reached from there.'),
  NotScalar: invalid('Group by what each row has by itself.'),
  InvalidLiteral: invalid('Write a value of that type.'),
  AliasCount: invalid('Give as many names as the relation has columns.'),
  NotInDistinct: invalid('Order by what is selected, or by the argument.'),
  DuplicateQuery: invalid('Give each query of WITH a name of its own.'),
  NotAggregate: invalid('Group by the expression, or aggregate it.'),
  NotSupported: {
    kind: 'unsupported',
    remedy: 'Write it another way: this part of SQL is not built yet.',
  },
})

/** Where something stands in a statement: both count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

export type SqlErrorCode = keyof typeof SqlErrors

const athenaNames: Readonly<Record<SqlErrorCode, string>> = {
  SyntaxError: 'SYNTAX_ERROR',
  TableNotFound: 'TABLE_NOT_FOUND',
  SchemaNotFound: 'SCHEMA_NOT_FOUND',
  CatalogNotFound: 'CATALOG_NOT_FOUND',
  ColumnNotFound: 'COLUMN_NOT_FOUND',
  AmbiguousName: 'AMBIGUOUS_NAME',
  TypeMismatch: 'TYPE_MISMATCH',
  FunctionNotFound: 'FUNCTION_NOT_FOUND',
  InvalidArgument: 'INVALID_FUNCTION_ARGUMENT',
  InvalidRecursion: 'INVALID_RECURSIVE_REFERENCE',
  NestedAggregation: 'NESTED_AGGREGATION',
  InvalidFrame: 'INVALID_WINDOW_FRAME',
  OutOfRange: 'NUMERIC_VALUE_OUT_OF_RANGE',
  InvalidReference: 'INVALID_COLUMN_REFERENCE',
  NotScalar: 'EXPRESSION_NOT_SCALAR',
  InvalidLiteral: 'INVALID_LITERAL',
  AliasCount: 'MISMATCHED_COLUMN_ALIASES',
  NotInDistinct: 'EXPRESSION_NOT_IN_DISTINCT',
  DuplicateQuery: 'DUPLICATE_NAMED_QUERY',
  NotAggregate: 'EXPRESSION_NOT_AGGREGATE',
  NotSupported: 'NOT_SUPPORTED',
}

/** An error about a place in the statement: `COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved`. */
export function sqlError(code: SqlErrorCode, at: Position, message: string): LakeError {
  return SqlErrors[code](`${athenaNames[code]}: line ${at.line}:${at.column}: ${message}`, {
    athenaName: athenaNames[code],
  })
}

/** A statement that cannot be parsed. Athena refuses it when it is sent, without a name before the place. */
export function syntaxError(at: Position, message: string): LakeError {
  return SqlErrors.SyntaxError(`line ${at.line}:${at.column}: ${message}`, {
    athenaName: athenaNames.SyntaxError,
  })
}
