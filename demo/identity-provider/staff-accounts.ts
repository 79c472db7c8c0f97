/** The people of the demo directory. Invented; never a real person, never a password. */

export type StaffAccount = {
  /** The provider's own name for the account, `sub` in its tokens. Not the `oid`, as at Entra ID. */
  accountId: string
  oid: string
  tid: string
  name: string
  givenName: string
  email: string
}

export const DEMO_TENANT_ID = '6f0c3d8e-52b1-4d7a-9a35-1f8f4f0b7c21'

export const STAFF_ACCOUNTS: readonly StaffAccount[] = [
  {
    accountId: 'alex-morgan',
    oid: '0b9a4c52-7f0e-4a3c-8d15-2f6c9b1e7a01',
    tid: DEMO_TENANT_ID,
    name: 'Alex Morgan',
    givenName: 'Alex',
    email: 'alex@reception.example',
  },
  {
    accountId: 'samira-haddad',
    oid: '4d2e7f18-3c6b-4b90-a1f7-58d03e9c6b02',
    tid: DEMO_TENANT_ID,
    name: 'Samira Haddad',
    givenName: 'Samira',
    email: 'samira@reception.example',
  },
  {
    accountId: 'jonas-weber',
    oid: '9e61b0d4-a85f-4c27-b3e9-07c4f2d81a03',
    tid: DEMO_TENANT_ID,
    name: 'Jonas Weber',
    givenName: 'Jonas',
    email: 'jonas@reception.example',
  },
  {
    accountId: 'mei-tanaka',
    oid: 'c3f85a97-6d14-4e8b-9c02-b1a7e5304d04',
    tid: DEMO_TENANT_ID,
    name: 'Mei Tanaka',
    givenName: 'Mei',
    email: 'mei@reception.example',
  },
]

export function findStaffAccount(accountId: string | null | undefined): StaffAccount | undefined {
  return STAFF_ACCOUNTS.find((account) => account.accountId === accountId)
}
