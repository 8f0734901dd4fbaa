export { TemporaryEngine } from './temporary-engine.ts'
