export { assert, unreachable } from './assert.ts'
export { parseBigJson, stringifyBigJson } from './big-json.ts'
export { nextRunMs, parseCron, type Cron } from './cron.ts'
export { ManualClock, elapsedMs, sleep, systemClock, type Clock } from './clock.ts'
export {
  LakeError,
  declaredErrors,
  defineErrors,
  isLakeError,
  type ErrorDetails,
  type ErrorFactory,
  type ErrorKind,
  type ErrorSpec,
} from './errors.ts'
export { awsId, randomHex, randomOctets, randomString, uuid, uuidV7 } from './ids.ts'
export { inParallel } from './in-parallel.ts'
export { createLogger, logLevels, silentLogger, type LogLevel, type Logger } from './log.ts'
export { zoneOfMinutes, zoneOfName } from './time-zones.ts'
export { givenAway, spend } from './spent-memory.ts'
export { loadSystemCalls, systemCalls, type SystemCalls } from './system-calls.ts'
export { TooLargeError, collect, collectOwned } from './streams.ts'
export { BoundedCache, type CacheBounds } from './bounded-cache.ts'
export { remembered } from './remembered.ts'
export { BufferPool } from './buffer-pool.ts'
export { writeFully } from './write-fully.ts'
export { instantiateWasm, type WasmModule } from './wasm.ts'
