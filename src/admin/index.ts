export {
  adminService,
  createAdmin,
  isAdminPath,
  type AdminActions,
  type RootCredentials,
} from './admin.ts'
