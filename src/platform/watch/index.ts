export { startHeartbeat, type Heartbeat } from './heartbeat.ts'
export { watchMain, type WatchLimits } from './watch-main.ts'
