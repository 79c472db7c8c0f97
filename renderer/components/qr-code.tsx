/** A QR code in whole device pixels, dark on white in every theme. Give it a key per generation: it is never animated or stale. */
import { QRCodeSVG } from 'qrcode.react'
import { useLayoutEffect, useRef, useState } from 'react'
import { qrSize, shiftToDevicePixel } from '../qr-size.ts'

const QUIET_ZONE_MODULES = 4

export function QrCode({ text, name }: { text: string; name: string }) {
  const boxRef = useRef<HTMLDivElement>(null)
  const svgRef = useRef<SVGSVGElement>(null)
  const [{ sizePx, left, top }, setPlace] = useState({ sizePx: 0, left: 0, top: 0 })

  // Before the first paint: how many modules the text takes is known only once the code has been laid out.
  useLayoutEffect(() => {
    const measure = () => {
      if (boxRef.current === null || svgRef.current === null) return
      // The box grows with the code, and would never tell of a smaller screen while it holds a larger code.
      svgRef.current.style.display = 'none'
      const box = boxRef.current.getBoundingClientRect()
      svgRef.current.style.display = ''
      const { innerWidth, innerHeight, devicePixelRatio } = window
      const { sizePx } = qrSize({
        moduleCount: svgRef.current.viewBox.baseVal.width,
        quietModuleCount: QUIET_ZONE_MODULES,
        boxPx: box.width,
        shortSidePx: Math.min(innerWidth, innerHeight),
        devicePixelRatio,
      })
      setPlace({
        sizePx,
        left: shiftToDevicePixel(box.left + (box.width - sizePx) / 2, devicePixelRatio),
        top: shiftToDevicePixel(box.top + (box.height - sizePx) / 2, devicePixelRatio),
      })
    }
    measure()
    window.addEventListener('resize', measure)
    return () => window.removeEventListener('resize', measure)
  }, [])

  return (
    <div className="qr-box" ref={boxRef}>
      <QRCodeSVG
        ref={svgRef}
        value={text}
        size={sizePx}
        level="M"
        marginSize={QUIET_ZONE_MODULES}
        fgColor="#000000"
        bgColor="#ffffff"
        style={{ left, top }}
        aria-label={name}
      />
    </div>
  )
}
