export { authorizeThrough, type ResourceResolver } from './authorize.ts'
export { keyResources } from './key-resources.ts'
