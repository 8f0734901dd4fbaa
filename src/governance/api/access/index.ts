export { authorizeThrough } from './authorize.ts'
