export { addFiles, type AddFilesSource, type MigrationParts } from './add-files.ts'
export { MigrationErrors } from './errors.ts'
