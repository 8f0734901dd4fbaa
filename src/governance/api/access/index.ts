export { authorizeThrough, type ResourceResolver } from './authorize.ts'
export { keyPolicySource } from './key-policies.ts'
export { keyResources } from './key-resources.ts'
export {
  keepServiceSessions,
  openServiceSession,
  type ServiceRole,
  type ServiceSession,
} from './service-roles.ts'
