/** What `fleetctl --help` says of its groups of commands. Apart from them, so that help loads no library. */

export const PKI_USAGE = `  pki create --folder pki --name "Contoso kiosks" [--days 3650]
      a certificate authority of the fleet: fleet-ca.crt, fleet-ca.key (0600), fleet-ca.crl, index.json

  pki issue --folder pki --device DR-0042 --out FOLDER [--days 397] [--request device.csr]
  pki renew --folder pki --device DR-0042 --out FOLDER [--days 397] [--request device.csr]
      device.crt and device.key (0600) to new files; with --request the device keeps its key, and no key is written

  pki revoke --folder pki --device DR-0042 | --serial HEX [--reason keyCompromise]
      every good certificate of a device, or a single one; signs fleet-ca.crl anew
  pki list --folder pki
  pki crl --folder pki [--days 30]
      signs fleet-ca.crl anew: past its end the gateway lets nobody through

  pki key --folder pki --name orders-2027 --purpose orders|bundles --out FOLDER [--algorithm EdDSA|ES256]
      a key that signs orders or bundles: NAME.private.jwk (0600) and NAME.public.jwk`

export const GATEWAY_USAGE = `  gateway render --settings gateway.json --out nginx.conf [--nginx /usr/sbin/nginx]
      nginx's whole configuration, from the settings and the list of devices; checked by "nginx -t" where there is one,
      and nothing is replaced unless everything is in order. Then:  nginx -s reload -c /path/to/nginx.conf`

export const BROKER_USAGE = `  broker render --settings broker.json --out mosquitto.conf [--mosquitto /usr/sbin/mosquitto]
      mosquitto's whole configuration with the rights of devices and operators beside it; where there is a mosquitto it
      must start with them, and nothing is replaced unless it does. Then:  systemctl restart mosquitto`

export const LIVE_USAGE = `  watch [DEVICE…] [--site PLACE] [--tenant ID] [--heads FILE] [--json]
      what every kiosk says of itself, as a table that lives; a line for each change where there is no terminal. FILE
      keeps the highest line of each audit trail, and says where a kiosk goes back behind it

  revoke|refresh|restart|wipe|reload|diagnose DEVICE… | --site PLACE | --tenant ID
         [--timeout SECONDS] [--valid-hours HOURS] [--yes] [--json]
      signs an order for each kiosk, sends it and waits 30 s for receipts that the kiosks themselves have signed.
      revoke ends the session, refresh renews its tokens, restart shows a fresh code, wipe destroys the device key (it
      asks first; a script says --yes), reload looks at the bundle now, diagnose prints what a technician would see.
      0 where every kiosk has done it. A kiosk that is off finds revoke and wipe for 14 days, the others for an hour.
      A site is what --sites kiosk.json says, else what kiosks report: nobody signs that, and wipe --yes does not go by it.

  console [--port 8790]
      the same in a browser on this machine, at the address that it prints

      All of them read fleet.json (--settings FILE): brokerUrl, brokerCaFile, certificateFile, keyFile, orderKeyFile,
      fleetCaFile, fleetCrlFile, sitesFile; --broker, --broker-ca, --certificate, --key, --order-key, --fleet-ca,
      --fleet-crl and --sites win over it.`
