export { createDuckdbEngine, type DuckdbEngineOptions } from './duckdb/duckdb-engine.ts'
export { lastingFolder, lastingName } from './lasting.ts'
export { functionMark } from './function-mark.ts'
export { EngineErrors } from './errors.ts'
export type {
  EncodeOutput,
  EngineResult,
  EngineStatement,
  EngineTask,
  EngineValue,
  OutputDigest,
  PrepareStep,
  QueryEngine,
} from './query-engine.ts'
