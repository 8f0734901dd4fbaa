export { authorizeThrough, type ResourceResolver } from './authorize.ts'
export { keyResources } from './key-resources.ts'
export {
  keepServiceSessions,
  openServiceSession,
  type ServiceRole,
  type ServiceSession,
} from './service-roles.ts'
