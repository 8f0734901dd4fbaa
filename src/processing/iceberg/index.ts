export { IcebergErrors } from './errors.ts'
export { filtersOf, type StubColumn, type Stubs } from './pruning/plan-filter.ts'
export { planTask } from './pruning/plan-task.ts'
export { engineTypeOf, type TypeForms } from './read/engine-type.ts'
export { FileSchemas } from './read/file-schemas.ts'
export { linkFiles } from './read/link-files.ts'
export {
  readFiles,
  type ExtraColumn,
  type ReadParts,
  type ReadRequest,
} from './read/read-files.ts'
export type { TaskFile } from './read/task-file.ts'
