export { analyzeQuery, macrosFor, type Analysis, type OutputColumn } from './analyze/analysis.ts'
export {
  hiddenColumns,
  type PartitionPredicate,
  type ResolvedTable,
  type Scan,
  type SimplePredicate,
  type TableColumn,
  type TableLookup,
} from './analyze/scan.ts'
export { isNarrowOverflow, narrowDecimals } from './analyze/decimals.ts'
export { functionNames, refusedFunctions } from './functions/index.ts'
export { castSql, fileTextSql, inUtcSql } from './analyze/cast.ts'
export { raiseMark, raiseSql } from './analyze/typed.ts'
export { SqlErrors, sqlError } from './errors.ts'
export {
  parseWrite,
  type CreateTableAs,
  type Insert,
  type Unload,
  type WriteProperties,
  type WriteStatement,
} from './parse/write.ts'
export { parseMaintenance, type MaintenanceStatement } from './parse/maintenance.ts'
export {
  parseRowChange,
  type Assignment,
  type Merge,
  type MergeCase,
  type RowChange,
} from './parse/row-changes.ts'
export { parseExpression, parseQuery, statementBytesMax, type ParsedQuery } from './parse/query.ts'
export type { Expression, Query, Relation, TimeTravel } from './parse/ast.ts'
export { hiveTypeText, typeOfHive } from './types/hive-type.ts'
export { canAssign, canCoerce } from './types/coercion.ts'
export { printedSql, rowSql, textSql } from './types/text.ts'
export {
  engineType,
  fieldKey,
  isInteger,
  quoteName,
  quoteText,
  typeText,
  type Field,
  type Type,
} from './types/type.ts'
export { parseDdl } from './hive-ddl/parser.ts'
export type { DdlColumn, DdlStatement, PartitionSpec, TableName } from './hive-ddl/statements.ts'
export { storageFormat } from './hive-ddl/storage-formats.ts'
