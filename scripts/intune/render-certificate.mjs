/** The SCEP profile that gives a kiosk its certificate, as Microsoft Graph has it. The kiosk cannot use such a key yet (decision 0028). Pure. */
import { PRODUCT } from '../../build/windows/windows-product.mjs'
import { deviceUrn } from '../../contract/device-identity.ts'

/** Intune's variable for a name that is the device's in Entra ID, and stays when the device is renamed. */
const DEVICE = '{{AAD_Device_ID}}'

export function certificateProfile() {
  return {
    '@odata.type': '#microsoft.graph.windows81SCEPCertificateProfile',
    displayName: `${PRODUCT.displayName}: device certificate`,
    certificateStore: 'machine',
    // A TPM or nothing: a key on a disk could be copied.
    keyStorageProvider: 'useTpmKspOtherwiseFail',
    subjectNameFormat: 'custom',
    // The device id is the whole subject (decision 0026), and a URI besides.
    subjectNameFormatString: `CN=${DEVICE}`,
    customSubjectAlternativeNames: [{ sanType: 'universalResourceIdentifier', name: deviceUrn(DEVICE) }],
    keyUsage: 'digitalSignature',
    keySize: 'size2048',
    hashAlgorithm: 'sha2',
    extendedKeyUsages: [{ name: 'Client Authentication', objectIdentifier: '1.3.6.1.5.5.7.3.2' }],
    certificateValidityPeriodScale: 'years',
    certificateValidityPeriodValue: 1,
    renewalThresholdPercentage: 20,
    // Of your own authority: Intune fills in the profile that deploys its root.
    scepServerUrls: ['https://scep.example.com/certsrv/mscep/mscep.dll'],
  }
}
