/** Roles as choices; each includes what stands before it. */
import type { Role } from '../api/types.ts';

export const ROLE_CHOICES = [
  { value: 'viewer', label: 'Viewer' },
  { value: 'operator', label: 'Operator' },
  { value: 'admin', label: 'Admin' },
];

export function roleOf(value: string): Role {
  return value === 'admin' || value === 'operator' ? value : 'viewer';
}
