export {
  FolderErrors,
  openDataFolder,
  readHolder,
  thisProcess,
  type DataFolder,
  type Holder,
} from './data-folder.ts'
