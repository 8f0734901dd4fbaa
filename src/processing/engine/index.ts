export type { EngineResult, EngineTask, EngineValue, QueryEngine } from './query-engine.ts'
