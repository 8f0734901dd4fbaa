export { diskRoom, type HasRoom } from './disk-room.ts'
export {
  FolderErrors,
  openDataFolder,
  readHolder,
  thisProcess,
  type DataFolder,
  type Holder,
} from './data-folder.ts'
