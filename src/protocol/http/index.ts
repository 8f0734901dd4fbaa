export { HttpErrors } from './errors.ts'
export { defaultHttpLimits, type HttpLimits } from './limits.ts'
export { listen, type Listener, type ListenOptions } from './listen.ts'
export type { WireHandler, WireRequest, WireResponse } from './message.ts'
