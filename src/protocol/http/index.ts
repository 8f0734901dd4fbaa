export type { WireHandler, WireRequest, WireResponse } from './message.ts'
