export { createBackground, type Background } from './background.ts'
