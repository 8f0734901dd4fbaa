export { analyzeQuery, engineMacros, type Analysis, type OutputColumn } from './analyze/analysis.ts'
export {
  hiddenColumns,
  type PartitionPredicate,
  type ResolvedTable,
  type Scan,
  type SimplePredicate,
  type TableColumn,
  type TableLookup,
} from './analyze/scan.ts'
export { raiseMark } from './analyze/typed.ts'
export { SqlErrors, sqlError } from './errors.ts'
export { parseExpression, parseQuery, statementBytesMax, type ParsedQuery } from './parse/query.ts'
export type { Expression, Query } from './parse/ast.ts'
export { typeOfHive } from './types/hive-type.ts'
export { printedSql } from './types/text.ts'
export { engineType, typeText, type Type } from './types/type.ts'
