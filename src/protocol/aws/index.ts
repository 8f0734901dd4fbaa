export type { Authenticated, AuthenticationScope, Authenticator } from './authenticator.ts'
export {
  createGateway,
  type Authorization,
  type AuthorizationRequest,
  type Authorize,
  type GatewayEvent,
  type GatewayOptions,
} from './gateway.ts'
export type { Limit, LimitTable } from './limits.ts'
export { listColumns } from './list-columns.ts'
export { operationFor, type Call, type Caller, type Handler, type Operation } from './operation.ts'
export { scopeService } from './resolve.ts'
export { anonymousCaller } from './sigv4/sigv4-authenticator.ts'
export { printable, printed } from './printed.ts'
export { readServiceSchema } from './read-service-schema.ts'
export {
  AwsError,
  bindService,
  defineService,
  type AwsErrorShape,
  type AwsProtocol,
  type BoundService,
  type CorsDecision,
  type CorsRequest,
  type ErrorMap,
  type PlacedRequest,
  type Placement,
  type SentBody,
  type ServiceDefinition,
} from './service.ts'
export type { OperationSchema, ServiceSchema } from './shape.ts'
export { signHeaders, type SigningCredentials } from './sigv4/sign-headers.ts'
