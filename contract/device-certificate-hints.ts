/** The operator’s hints for the device’s certificate, its key and the fleet’s authority, in the order of DEVICE_CERTIFICATE_CODES. */
import type { DeviceCertificateCode } from './kiosk-error.ts'
import type { OperatorHint } from './operator-hint.ts'

export const DEVICE_CERTIFICATE_HINTS: Readonly<Record<DeviceCertificateCode, OperatorHint>> = {
  'device-certificate-missing': {
    meaning: 'The bundle wants this device to prove itself, and there is no certificate of it.',
    remedy:
      'Issue one as docs/device-certificates.md says, and put it into /etc/digital-receptionist-device as device.crt, ' +
      'with its key as device.key.',
  },
  'device-certificate-unreadable': {
    meaning: 'The device’s certificate is there, but cannot be read.',
    remedy: 'Let the helper’s account enter the folder and read the file ("ls -l" shows whose they are).',
  },
  'device-certificate-malformed': {
    meaning: 'The file of the device’s certificate is no PEM certificate, or a damaged one.',
    remedy:
      'Put the certificate there as PEM, from "-----BEGIN CERTIFICATE-----" on, the device’s own first. For DER: ' +
      '"openssl x509 -inform der -in FILE".',
  },
  'device-certificate-expired': {
    meaning: 'This device’s certificate has run out, by the kiosk’s clock.',
    remedy: 'Renew it and replace both files, after a look at the kiosk’s clock. The kiosk takes them over by itself.',
  },
  'device-certificate-too-early': {
    meaning: 'This device’s certificate is valid only from later on, by the kiosk’s clock.',
    remedy:
      'Look at the kiosk’s clock ("timedatectl"). If it is right, wait, or issue a certificate that is valid now.',
  },
  'device-certificate-without-id': {
    meaning: 'The certificate names no device, in its common name or as a URI in its subjectAltName.',
    remedy:
      'Issue one with the subject CN=<device id> and the URI urn:digital-receptionist:device:<device id> ' +
      '(docs/device-certificates.md).',
  },
  'device-certificate-ids-differ': {
    meaning: 'The certificate names one device in its common name and another one elsewhere.',
    remedy:
      'Issue one in which common name and URI hold the same id, letter by letter. Where a kiosk is to become another ' +
      'device, restart its helper.',
  },
  'device-certificate-not-client': {
    meaning: 'The certificate’s extended key usage leaves out clientAuth, so that no server takes it from a client.',
    remedy: 'Issue one with the extended key usage "client authentication" (1.3.6.1.5.5.7.3.2).',
  },
  'device-certificate-weak': {
    meaning: 'The certificate’s key is of a kind or size that is too weak, or unknown to the kiosk.',
    remedy: 'Make a key that is ECDSA on P-256, RSA of 2048 bits or more, or Ed25519, and issue a certificate for it.',
  },
  'device-certificate-foreign': {
    meaning: 'The certificate does not lead to the fleet’s authority (fleet-ca.crt in the trust folder).',
    remedy:
      'Have it issued by the fleet’s authority, or put the authorities in between below it into the same file. If the ' +
      'fleet has another authority now, replace fleet-ca.crt as root.',
  },
  'device-certificate-key-missing': {
    meaning: 'There is a certificate of this device, and no key that belongs to it.',
    remedy: 'Put the private key beside the certificate as device.key, with mode 0600, owned by the helper’s account.',
  },
  'device-certificate-key-unreadable': {
    meaning: 'The device’s private key is there, but the helper’s account may not read it.',
    remedy: 'Give the file to the helper’s account ("chown"), and leave its mode at 0600.',
  },
  'device-certificate-key-exposed': {
    meaning: 'Others than the helper’s account can read the device’s private key, or put another one in its place.',
    remedy:
      'Give file and folder to the helper’s account, the file with mode 0600, the folder with 0700 or 0755. Whoever could ' +
      'read the key may have it: make a new one and revoke the certificate.',
  },
  'device-certificate-key-malformed': {
    meaning: 'The file of the device’s private key holds no PEM key.',
    remedy: 'Put the key there as PEM, from "-----BEGIN PRIVATE KEY-----" on.',
  },
  'device-certificate-key-encrypted': {
    meaning: 'The device’s private key wants a passphrase, and nobody is there to type one.',
    remedy: 'Take the passphrase off ("openssl pkey -in OLD -out device.key"), and guard the file by its mode, 0600.',
  },
  'device-certificate-key-mismatch': {
    meaning: 'Private key and certificate do not belong together.',
    remedy:
      'Replace both files by one pair. Where something renews them, it writes one after the other: this fault passes ' +
      'when both are there.',
  },
  'fleet-ca-unusable': {
    meaning:
      'The fleet’s authority in the trust folder cannot be used: it is not there, others may change it, or it is no certificate.',
    remedy:
      'As root, put the fleet’s authority (PEM) into /etc/digital-receptionist-trust/fleet-ca.crt with mode 0644.',
  },
}
