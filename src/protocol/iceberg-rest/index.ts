export { isIcebergRequest } from './door.ts'
export {
  createIcebergRest,
  restErrorOf,
  type IcebergRestOptions,
  type RestErrorMap,
  type RestFront,
} from './handler.ts'
export {
  restOperationFor,
  type RestAnswer,
  type RestOperation,
  type RestRequest,
} from './operation.ts'
export { RestError, badRequest } from './rest-error.ts'
export { createBearerTokens, type BearerTokens, type TokenSealer } from './tokens.ts'
