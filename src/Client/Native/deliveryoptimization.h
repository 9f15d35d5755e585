/* Delivery Optimization for C and C++: the interfaces of jobs and downloads, as libdosvc.so serves them.
   On Windows the base types are those of the system; elsewhere this file has all it needs. */
#ifndef HAUL_DELIVERYOPTIMIZATION_H
#define HAUL_DELIVERYOPTIMIZATION_H

#include <stddef.h>
#include <stdint.h>

#ifdef _WIN32
#include <objidl.h>
#include <oleauto.h>
#else

#ifdef __cplusplus
#define DO_BEGIN_C extern "C" {
#define DO_END_C }
typedef char16_t WCHAR;
#else
#include <uchar.h>
#define DO_BEGIN_C
#define DO_END_C
typedef char16_t WCHAR;
#endif

/* 32 bits as on Windows, whatever the system's own long has. */
typedef int32_t LONG, HRESULT, BOOL, INT;
typedef uint32_t ULONG, DWORD, UINT, LCID;
typedef uint16_t WORD, USHORT, VARTYPE;
typedef int16_t SHORT, VARIANT_BOOL;
typedef uint8_t BYTE;
typedef int64_t LONGLONG, INT64;
typedef uint64_t ULONGLONG, UINT64, ULONG64;
typedef WCHAR *LPWSTR, *BSTR;
typedef const WCHAR *LPCWSTR;

typedef struct GUID { uint32_t Data1; uint16_t Data2; uint16_t Data3; uint8_t Data4[8]; } GUID;
typedef GUID IID, CLSID;
#ifdef __cplusplus
typedef const GUID &REFGUID;
typedef const IID &REFIID;
typedef const CLSID &REFCLSID;
inline bool operator==(const GUID &a, const GUID &b)
{
    return __builtin_memcmp(&a, &b, sizeof(GUID)) == 0;
}
inline bool operator!=(const GUID &a, const GUID &b)
{
    return !(a == b);
}
#else
typedef const GUID *REFGUID;
typedef const IID *REFIID;
typedef const CLSID *REFCLSID;
#endif

typedef struct FILETIME { DWORD dwLowDateTime; DWORD dwHighDateTime; } FILETIME;
typedef union LARGE_INTEGER { LONGLONG QuadPart; } LARGE_INTEGER;
typedef union ULARGE_INTEGER { ULONGLONG QuadPart; } ULARGE_INTEGER;

#define STDMETHODCALLTYPE
#define TRUE 1
#define FALSE 0
#define VARIANT_TRUE ((VARIANT_BOOL)-1)
#define VARIANT_FALSE ((VARIANT_BOOL)0)
#define SUCCEEDED(hr) ((HRESULT)(hr) >= 0)
#define FAILED(hr) ((HRESULT)(hr) < 0)
#define HRESULT_FROM_WIN32(x) ((HRESULT)(x) <= 0 ? (HRESULT)(x) : (HRESULT)(((x) & 0x0000FFFF) | 0x80070000u))

/* The interfaces, declared once for both languages: in C a table of functions, in C++ an abstract class. */
#ifdef __cplusplus
#define DO_INTERFACE(name) struct name;
#define DO_DEFINE(name, methods) struct name { methods(name) };
#define DO_DERIVE(name, from, methods, own) struct name : from { own(name) };
#define DO_M(type, name, ...) virtual HRESULT STDMETHODCALLTYPE name(__VA_ARGS__) = 0;
#define DO_N(type, name) virtual HRESULT STDMETHODCALLTYPE name() = 0;
#define DO_C(type, name) virtual ULONG STDMETHODCALLTYPE name() = 0;
#else
#define DO_INTERFACE(name) typedef struct name name;
#define DO_DEFINE(name, methods) typedef struct name##Vtbl { methods(name) } name##Vtbl; struct name { const name##Vtbl *lpVtbl; };
#define DO_DERIVE(name, from, methods, own) DO_DEFINE(name, methods)
#define DO_M(type, name, ...) HRESULT (STDMETHODCALLTYPE *name)(type *This, __VA_ARGS__);
#define DO_N(type, name) HRESULT (STDMETHODCALLTYPE *name)(type *This);
#define DO_C(type, name) ULONG (STDMETHODCALLTYPE *name)(type *This);
#endif

DO_INTERFACE(IUnknown)
DO_INTERFACE(IClassFactory)
DO_INTERFACE(IEnumUnknown)
DO_INTERFACE(ISequentialStream)
DO_INTERFACE(IStream)

/* One row of bytes in a VARIANT. */
typedef struct SAFEARRAYBOUND { ULONG cElements; LONG lLbound; } SAFEARRAYBOUND;
typedef struct SAFEARRAY
{
    WORD cDims;
    WORD fFeatures;
    ULONG cbElements;
    ULONG cLocks;
    void *pvData;
    SAFEARRAYBOUND rgsabound[1];
} SAFEARRAY;

typedef struct VARIANT
{
    VARTYPE vt;
    WORD wReserved1;
    WORD wReserved2;
    WORD wReserved3;
    union
    {
        LONGLONG llVal;
        LONG lVal;
        BYTE bVal;
        SHORT iVal;
        VARIANT_BOOL boolVal;
        HRESULT scode;
        ULONG ulVal;
        ULONGLONG ullVal;
        BSTR bstrVal;
        IUnknown *punkVal;
        SAFEARRAY *parray;
        void *byref;
        struct { void *pvRecord; void *pRecInfo; } brecVal;
    };
} VARIANT;

enum { VT_EMPTY = 0, VT_NULL = 1, VT_I4 = 3, VT_BSTR = 8, VT_DISPATCH = 9, VT_BOOL = 11, VT_UNKNOWN = 13, VT_UI1 = 17, VT_UI4 = 19, VT_UI8 = 21, VT_ARRAY = 0x2000 };

#define DO_UNKNOWN_METHODS(T) DO_M(T, QueryInterface, REFIID riid, void **ppvObject) DO_C(T, AddRef) DO_C(T, Release)
DO_DEFINE(IUnknown, DO_UNKNOWN_METHODS)

#define DO_CLASSFACTORY_OWN(T) DO_M(T, CreateInstance, IUnknown *pUnkOuter, REFIID riid, void **ppvObject) DO_M(T, LockServer, BOOL fLock)
#define DO_CLASSFACTORY_METHODS(T) DO_UNKNOWN_METHODS(T) DO_CLASSFACTORY_OWN(T)
DO_DERIVE(IClassFactory, IUnknown, DO_CLASSFACTORY_METHODS, DO_CLASSFACTORY_OWN)

#define DO_ENUMUNKNOWN_OWN(T) \
    DO_M(T, Next, ULONG celt, IUnknown **rgelt, ULONG *pceltFetched) DO_M(T, Skip, ULONG celt) DO_N(T, Reset) DO_M(T, Clone, IEnumUnknown **ppenum)
#define DO_ENUMUNKNOWN_METHODS(T) DO_UNKNOWN_METHODS(T) DO_ENUMUNKNOWN_OWN(T)
DO_DERIVE(IEnumUnknown, IUnknown, DO_ENUMUNKNOWN_METHODS, DO_ENUMUNKNOWN_OWN)

#define DO_SEQUENTIALSTREAM_OWN(T) DO_M(T, Read, void *pv, ULONG cb, ULONG *pcbRead) DO_M(T, Write, const void *pv, ULONG cb, ULONG *pcbWritten)
#define DO_SEQUENTIALSTREAM_METHODS(T) DO_UNKNOWN_METHODS(T) DO_SEQUENTIALSTREAM_OWN(T)
DO_DERIVE(ISequentialStream, IUnknown, DO_SEQUENTIALSTREAM_METHODS, DO_SEQUENTIALSTREAM_OWN)

#define DO_STREAM_OWN(T) \
    DO_M(T, Seek, LARGE_INTEGER dlibMove, DWORD dwOrigin, ULARGE_INTEGER *plibNewPosition) DO_M(T, SetSize, ULARGE_INTEGER libNewSize) \
    DO_M(T, CopyTo, IStream *pstm, ULARGE_INTEGER cb, ULARGE_INTEGER *pcbRead, ULARGE_INTEGER *pcbWritten) DO_M(T, Commit, DWORD grfCommitFlags) \
    DO_N(T, Revert) DO_M(T, LockRegion, ULARGE_INTEGER libOffset, ULARGE_INTEGER cb, DWORD dwLockType) \
    DO_M(T, UnlockRegion, ULARGE_INTEGER libOffset, ULARGE_INTEGER cb, DWORD dwLockType) DO_M(T, Stat, void *pstatstg, DWORD grfStatFlag) \
    DO_M(T, Clone, IStream **ppstm)
#define DO_STREAM_METHODS(T) DO_SEQUENTIALSTREAM_METHODS(T) DO_STREAM_OWN(T)
DO_DERIVE(IStream, ISequentialStream, DO_STREAM_METHODS, DO_STREAM_OWN)
#endif /* not Windows */

#ifdef _WIN32
#define DO_BEGIN_C EXTERN_C_START
#define DO_END_C EXTERN_C_END
#ifdef __cplusplus
#define DO_INTERFACE(name) struct name;
#define DO_DEFINE(name, methods) struct name { methods(name) };
#define DO_DERIVE(name, from, methods, own) struct name : from { own(name) };
#define DO_M(type, name, ...) virtual HRESULT STDMETHODCALLTYPE name(__VA_ARGS__) = 0;
#define DO_N(type, name) virtual HRESULT STDMETHODCALLTYPE name() = 0;
#define DO_C(type, name) virtual ULONG STDMETHODCALLTYPE name() = 0;
#else
#define DO_INTERFACE(name) typedef struct name name;
#define DO_DEFINE(name, methods) typedef struct name##Vtbl { methods(name) } name##Vtbl; struct name { const name##Vtbl *lpVtbl; };
#define DO_DERIVE(name, from, methods, own) DO_DEFINE(name, methods)
#define DO_M(type, name, ...) HRESULT (STDMETHODCALLTYPE *name)(type *This, __VA_ARGS__);
#define DO_N(type, name) HRESULT (STDMETHODCALLTYPE *name)(type *This);
#define DO_C(type, name) ULONG (STDMETHODCALLTYPE *name)(type *This);
#endif
#define DO_UNKNOWN_METHODS(T) DO_M(T, QueryInterface, REFIID riid, void **ppvObject) DO_C(T, AddRef) DO_C(T, Release)
#endif

#if defined(__GNUC__)
#define DO_UNUSED __attribute__((unused))
#else
#define DO_UNUSED
#endif

/* Constants of their own in every translation unit: compared by value, there may be any number of them. */
#define DO_DEFINE_GUID(name, a, b, c, d0, d1, d2, d3, d4, d5, d6, d7) \
    static const GUID name DO_UNUSED = {a, b, c, {d0, d1, d2, d3, d4, d5, d6, d7}};
#ifndef _WIN32
DO_DEFINE_GUID(IID_IUnknown, 0x00000000, 0x0000, 0x0000, 0xC0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x46)
DO_DEFINE_GUID(GUID_NULL, 0x00000000, 0x0000, 0x0000, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00)
DO_DEFINE_GUID(IID_IClassFactory, 0x00000001, 0x0000, 0x0000, 0xC0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x46)
DO_DEFINE_GUID(IID_IEnumUnknown, 0x00000100, 0x0000, 0x0000, 0xC0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x46)
DO_DEFINE_GUID(IID_ISequentialStream, 0x0C733A30, 0x2A1C, 0x11CE, 0xAD, 0xE5, 0x00, 0xAA, 0x00, 0x44, 0x77, 0x3D)
DO_DEFINE_GUID(IID_IStream, 0x0000000C, 0x0000, 0x0000, 0xC0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x46)
#endif
DO_DEFINE_GUID(CLSID_DeliveryOptimization, 0x5B99FA76, 0x721C, 0x423C, 0xAD, 0xAC, 0x56, 0xD0, 0x3C, 0x8A, 0x80, 0x07)
DO_DEFINE_GUID(IID_IBackgroundCopyCallback, 0x97EA99C7, 0x0186, 0x4AD4, 0x8D, 0xF9, 0xC5, 0xB4, 0xE0, 0xED, 0x6B, 0x22)
DO_DEFINE_GUID(IID_IBackgroundCopyCallback2, 0x659CDEAC, 0x489E, 0x11D9, 0xA9, 0xCD, 0x00, 0x0D, 0x56, 0x96, 0x52, 0x51)
DO_DEFINE_GUID(IID_IBackgroundCopyError, 0x19C613A0, 0xFCB8, 0x4F28, 0x81, 0xAE, 0x89, 0x7C, 0x3D, 0x07, 0x8F, 0x81)
DO_DEFINE_GUID(IID_IBackgroundCopyFile, 0x01B7BD23, 0xFB88, 0x4A77, 0x84, 0x90, 0x58, 0x91, 0xD3, 0xE4, 0x65, 0x3A)
DO_DEFINE_GUID(IID_IBackgroundCopyFile2, 0x83E81B93, 0x0873, 0x474D, 0x8A, 0x8C, 0xF2, 0x01, 0x8B, 0x1A, 0x93, 0x9C)
DO_DEFINE_GUID(IID_IBackgroundCopyFile3, 0x659CDEAA, 0x489E, 0x11D9, 0xA9, 0xCD, 0x00, 0x0D, 0x56, 0x96, 0x52, 0x51)
DO_DEFINE_GUID(IID_IBackgroundCopyFile4, 0xEF7E0655, 0x7888, 0x4960, 0xB0, 0xE5, 0x73, 0x08, 0x46, 0xE0, 0x34, 0x92)
DO_DEFINE_GUID(IID_IBackgroundCopyFile5, 0x85C1657F, 0xDAFC, 0x40E8, 0x88, 0x34, 0xDF, 0x18, 0xEA, 0x25, 0x71, 0x7E)
DO_DEFINE_GUID(IID_IBackgroundCopyJob, 0x37668D37, 0x507E, 0x4160, 0x93, 0x16, 0x26, 0x30, 0x6D, 0x15, 0x0B, 0x12)
DO_DEFINE_GUID(IID_IBackgroundCopyJob2, 0x54B50739, 0x686F, 0x45EB, 0x9D, 0xFF, 0xD6, 0xA9, 0xA0, 0xFA, 0xA9, 0xAF)
DO_DEFINE_GUID(IID_IBackgroundCopyJob3, 0x443C8934, 0x90FF, 0x48ED, 0xBC, 0xDE, 0x26, 0xF5, 0xC7, 0x45, 0x00, 0x42)
DO_DEFINE_GUID(IID_IBackgroundCopyJob4, 0x659CDEAE, 0x489E, 0x11D9, 0xA9, 0xCD, 0x00, 0x0D, 0x56, 0x96, 0x52, 0x51)
DO_DEFINE_GUID(IID_IBackgroundCopyJob5, 0xE847030C, 0xBBBA, 0x4657, 0xAF, 0x6D, 0x48, 0x4A, 0xA4, 0x2B, 0xF1, 0xFE)
DO_DEFINE_GUID(IID_IBackgroundCopyManager, 0x5CE34C0D, 0x0DC9, 0x4C1F, 0x89, 0x7C, 0xDA, 0xA1, 0xB7, 0x8C, 0xEE, 0x7C)
DO_DEFINE_GUID(IID_IDODownload, 0xFBBD7FC0, 0xC147, 0x4727, 0xA3, 0x8D, 0x82, 0x7E, 0xF0, 0x71, 0xEE, 0x77)
DO_DEFINE_GUID(IID_IDODownloadStatusCallback, 0xD166E8E3, 0xA90E, 0x4392, 0x8E, 0x87, 0x05, 0xE9, 0x96, 0xD3, 0x74, 0x7D)
DO_DEFINE_GUID(IID_IDOManager, 0x400E2D4A, 0x1431, 0x4C1A, 0xA7, 0x48, 0x39, 0xCA, 0x47, 0x2C, 0xFD, 0xB1)
DO_DEFINE_GUID(IID_IDeliveryOptimizationFile, 0xB76B9699, 0xE99E, 0x4101, 0x80, 0x3F, 0xA2, 0x0E, 0x32, 0x5D, 0x93, 0xE2)
DO_DEFINE_GUID(IID_IDeliveryOptimizationFile2, 0x3A87296F, 0x6EC2, 0x4126, 0xAB, 0x29, 0xE3, 0xF8, 0xDC, 0x4C, 0xC3, 0x90)
DO_DEFINE_GUID(IID_IDeliveryOptimizationJob, 0xEE2584CF, 0xA69C, 0x4848, 0xB6, 0x33, 0x26, 0x49, 0x96, 0x2B, 0x3E, 0xF7)
DO_DEFINE_GUID(IID_IDeliveryOptimizationJob2, 0x18995A26, 0xBF59, 0x4ABE, 0x9F, 0x8B, 0xD5, 0x09, 0x2D, 0x5A, 0x24, 0x05)
DO_DEFINE_GUID(IID_IEnumBackgroundCopyFiles, 0xCA51E165, 0xC365, 0x424C, 0x8D, 0x41, 0x24, 0xAA, 0xA4, 0xFF, 0x3C, 0x40)
DO_DEFINE_GUID(IID_IEnumBackgroundCopyJobs, 0x1AF4F612, 0x3B71, 0x466F, 0x8F, 0x58, 0x7B, 0x6F, 0x73, 0xAC, 0x57, 0xAD)

/* Result codes. */
#ifndef S_OK
#define S_OK ((HRESULT)0x00000000u)
#endif
#ifndef S_FALSE
#define S_FALSE ((HRESULT)0x00000001u)
#endif
#ifndef E_NOTIMPL
#define E_NOTIMPL ((HRESULT)0x80004001u)
#endif
#ifndef E_NOINTERFACE
#define E_NOINTERFACE ((HRESULT)0x80004002u)
#endif
#ifndef E_POINTER
#define E_POINTER ((HRESULT)0x80004003u)
#endif
#ifndef E_ABORT
#define E_ABORT ((HRESULT)0x80004004u)
#endif
#ifndef E_FAIL
#define E_FAIL ((HRESULT)0x80004005u)
#endif
#ifndef E_UNEXPECTED
#define E_UNEXPECTED ((HRESULT)0x8000FFFFu)
#endif
#ifndef RPC_E_DISCONNECTED
#define RPC_E_DISCONNECTED ((HRESULT)0x80010108u)
#endif
#ifndef CLASS_E_NOAGGREGATION
#define CLASS_E_NOAGGREGATION ((HRESULT)0x80040110u)
#endif
#ifndef CLASS_E_CLASSNOTAVAILABLE
#define CLASS_E_CLASSNOTAVAILABLE ((HRESULT)0x80040111u)
#endif
#ifndef REGDB_E_CLASSNOTREG
#define REGDB_E_CLASSNOTREG ((HRESULT)0x80040154u)
#endif
#ifndef E_ACCESSDENIED
#define E_ACCESSDENIED ((HRESULT)0x80070005u)
#endif
#ifndef E_HANDLE
#define E_HANDLE ((HRESULT)0x80070006u)
#endif
#ifndef E_OUTOFMEMORY
#define E_OUTOFMEMORY ((HRESULT)0x8007000Eu)
#endif
#ifndef E_INVALIDARG
#define E_INVALIDARG ((HRESULT)0x80070057u)
#endif
#ifndef E_NOT_SET
#define E_NOT_SET ((HRESULT)0x80070490u)
#endif
#ifndef CRYPT_E_FILE_ERROR
#define CRYPT_E_FILE_ERROR ((HRESULT)0x80092003u)
#endif
#ifndef INET_E_INVALID_URL
#define INET_E_INVALID_URL ((HRESULT)0x800C0002u)
#endif
#define DO_E_NO_SERVICE ((HRESULT)0x80D01001u)
#define DO_E_DOWNLOAD_NO_PROGRESS ((HRESULT)0x80D02002u)
#define DO_E_JOB_NOT_FOUND ((HRESULT)0x80D02003u)
#define DO_E_JOB_EMPTY ((HRESULT)0x80D02004u)
#define DO_E_NO_DOWNLOADS ((HRESULT)0x80D02005u)
#define DO_E_MEMORYSTREAM_DOWNLOAD_NOT_SUPPORTED ((HRESULT)0x80D0200Bu)
#define DO_E_JOB_TOO_OLD ((HRESULT)0x80D0200Cu)
#define DO_E_LOCALPATH_NOT_SET ((HRESULT)0x80D0200Du)
#define DO_E_FILE_NOT_AVAILABLE ((HRESULT)0x80D02010u)
#define DO_E_UNKNOWN_PROPERTY_ID ((HRESULT)0x80D02011u)
#define DO_E_READ_ONLY_PROPERTY ((HRESULT)0x80D02012u)
#define DO_E_INVALID_STATE ((HRESULT)0x80D02013u)
#define DO_E_ERROR_INFORMATION_UNAVAILABLE ((HRESULT)0x80D02014u)
#define DO_E_WRITE_ONLY_PROPERTY ((HRESULT)0x80D02015u)
#define DO_E_INTEGRITYCHECKINFO_UNSPECIFIED ((HRESULT)0x80D02016u)
#define DO_E_INTEGRITYCHECKINFO_UNAVAILABLE ((HRESULT)0x80D02017u)
#define DO_E_FILE_DOWNLOADSINK_UNSPECIFIED ((HRESULT)0x80D02018u)
#define DO_E_FILE_DOWNLOADSINK_ALREADY_SET ((HRESULT)0x80D02019u)
#define DO_E_FILE_SIZE_UNKNOWN_HTTP_200 ((HRESULT)0x80D0201Au)
#define DO_E_FILE_ENCRYPTION_EXPECTED ((HRESULT)0x80D0201Bu)
#define DO_E_FILE_SIZE_UNKNOWN_HTTP_206 ((HRESULT)0x80D0201Cu)
#define DO_E_FILE_SIZE_UNKNOWN_HTTP_2XX ((HRESULT)0x80D0201Du)
#define DO_E_NETWORK_ACCESS_CONSENT_NEEDED ((HRESULT)0x80D0201Eu)
#define DO_E_DOWNLOAD_NO_URI ((HRESULT)0x80D02200u)
#define DO_E_DOWNLOAD_NO_CONTENT_ID ((HRESULT)0x80D02201u)
#define DO_E_INVALID_CONTENT_ID ((HRESULT)0x80D02202u)
#define DO_E_DOWNLOAD_RANGES_UNEXPECTED ((HRESULT)0x80D02203u)
#define DO_E_DOWNLOAD_RANGES_EXPECTED ((HRESULT)0x80D02204u)
#define DO_E_NO_DOWNLOAD_PARTICIPATION ((HRESULT)0x80D03001u)
#define DO_E_NO_DOWNLOAD_EXTSETTINGS ((HRESULT)0x80D03002u)
#define DO_E_BLOCKED_BY_COST_TRANSFER_POLICY ((HRESULT)0x80D03801u)
#define DO_E_DOWNLOADMODE_SET_BY_CP ((HRESULT)0x80D03802u)
#define DO_E_BLOCKED_BY_CELLULAR_POLICY ((HRESULT)0x80D03803u)
#define DO_E_BLOCKED_BY_POWER_STATE ((HRESULT)0x80D03804u)
#define DO_E_BLOCKED_BY_NO_NETWORK ((HRESULT)0x80D03805u)
#define DO_E_DOWNLOADMODE_SET_BY_POLICY ((HRESULT)0x80D03806u)
#define DO_E_BLOCKED_BY_VPN_POLICY ((HRESULT)0x80D03807u)
#define DO_E_BLOCKED_BY_CRITICAL_MEMORY_USAGE ((HRESULT)0x80D03808u)
#define DO_E_DOWNLOADMODE_SET_BY_CACHE_ABSENCE ((HRESULT)0x80D03809u)
#define DO_E_CLOUD_SERVICES_UNREACHABLE ((HRESULT)0x80D0380Au)
#define DO_E_DOWNLOADMODE_SET_FOR_UNREG_CALLER ((HRESULT)0x80D0380Bu)
#define DO_E_DOWNLOADMODE_SET_FOR_SIMPLE_RANGES ((HRESULT)0x80D0380Cu)
#define DO_E_UNEXPECTED_HTTP_STATUS_2XX ((HRESULT)0x80D0380Du)
#define DO_E_HTTP_BLOCKSIZE_MISMATCH ((HRESULT)0x80D05001u)
#define DO_E_HTTP_CERT_VALIDATION ((HRESULT)0x80D05002u)
#define DO_E_INVALID_RANGE ((HRESULT)0x80D05010u)
#define DO_E_INSUFFICIENT_RANGE_SUPPORT ((HRESULT)0x80D05011u)
#define DO_E_OVERLAPPING_RANGES ((HRESULT)0x80D05012u)
#define DO_E_UPLOADING_BAD_PIECES ((HRESULT)0x80D06800u)
#define DO_E_FATAL_CORE_ERROR ((HRESULT)0x80D06802u)
#define DO_E_SERVICES_RESPONSE_EMPTY ((HRESULT)0x80D06803u)
#define DO_E_BAD_INCOMING_DATA ((HRESULT)0x80D06804u)
#define DO_E_BAD_PIECE_HASH ((HRESULT)0x80D06805u)
#define DO_E_BAD_PIECE_HASH_NO_BAN ((HRESULT)0x80D06806u)
#define DO_E_ALREADY_HAVE_PIECE ((HRESULT)0x80D06807u)
#define DO_E_MISSING_PIECE ((HRESULT)0x80D06808u)
#define DO_E_METAINFO_PARSE_JSON ((HRESULT)0x80D06809u)
#define DO_E_METAINFO_CONTENT ((HRESULT)0x80D06809u)
#define DO_E_METAINFO_VERSION ((HRESULT)0x80D0680Au)
#define DO_E_METAINFO_DIGEST_MATCH ((HRESULT)0x80D0681Au)
#define DO_E_METAINFO_HOH_MATCH ((HRESULT)0x80D0681Bu)
#define DO_E_METAINFO_HOH_FINAL_MATCH ((HRESULT)0x80D0681Cu)
#define DO_E_METAINFO_CONTENT_LENGTH ((HRESULT)0x80D0681Du)
#define DO_E_METAINFO_PIECE_SIZE ((HRESULT)0x80D0681Eu)
#define DO_E_METAINFO_PARSE_HOH ((HRESULT)0x80D0681Fu)
#define DO_E_METAINFO_PARSE_PIECEHASHES ((HRESULT)0x80D06820u)
#define DO_E_METAINFO_PARSE_ONE_PIECEHASH ((HRESULT)0x80D06821u)
#define DO_E_METAINFO_FILE_SIZE ((HRESULT)0x80D06822u)
#define DO_E_PHF_DIGESTMATCH_POTENTIAL_PROXYSERVER ((HRESULT)0x80D06823u)
#define DO_E_PHF_PARSEJSON_POTENTIAL_PROXYSERVER ((HRESULT)0x80D06824u)
#define DO_E_SWARM_NOT_RUNNING ((HRESULT)0x80D0680Bu)
#define DO_E_UNRECOGNIZED_CONN ((HRESULT)0x80D0680Cu)
#define DO_E_PEER_BANNED ((HRESULT)0x80D0680Du)
#define DO_E_CONNECT_TO_SELF ((HRESULT)0x80D0680Eu)
#define DO_E_ALREADY_CONNECTED ((HRESULT)0x80D0680Fu)
#define DO_E_NO_MORE_CONNECTIONS ((HRESULT)0x80D06810u)
#define DO_E_LOST_CONNECTION ((HRESULT)0x80D06811u)
#define DO_E_UNRECOGNIZED_SWARM ((HRESULT)0x80D06812u)
#define DO_E_INVALID_HANDSHAKE_LEN ((HRESULT)0x80D06813u)
#define DO_E_SOCKET_CLOSED ((HRESULT)0x80D06814u)
#define DO_E_PEER_MSG_TOO_LONG ((HRESULT)0x80D06815u)
#define DO_E_INVALID_PEER_MSG ((HRESULT)0x80D06816u)
#define DO_E_PEER_IS_UPLOAD ((HRESULT)0x80D06817u)
#define DO_E_PIN_FAIL_NO_PEERING ((HRESULT)0x80D06818u)
#define DO_E_DELETE_PINNED_SWARM ((HRESULT)0x80D06819u)
#define BG_E_NOT_FOUND ((HRESULT)0x80200001u)
#define BG_E_INVALID_STATE ((HRESULT)0x80200002u)
#define BG_E_EMPTY ((HRESULT)0x80200003u)
#define BG_E_FILE_NOT_AVAILABLE ((HRESULT)0x80200004u)
#define BG_E_PROTOCOL_NOT_AVAILABLE ((HRESULT)0x80200005u)
#define BG_S_ERROR_CONTEXT_NONE ((HRESULT)0x00200006u)
#define BG_E_ERROR_CONTEXT_UNKNOWN ((HRESULT)0x80200007u)
#define BG_E_ERROR_CONTEXT_GENERAL_QUEUE_MANAGER ((HRESULT)0x80200008u)
#define BG_E_ERROR_CONTEXT_LOCAL_FILE ((HRESULT)0x80200009u)
#define BG_E_ERROR_CONTEXT_REMOTE_FILE ((HRESULT)0x8020000Au)
#define BG_E_ERROR_CONTEXT_GENERAL_TRANSPORT ((HRESULT)0x8020000Bu)
#define BG_E_ERROR_CONTEXT_QUEUE_MANAGER_NOTIFICATION ((HRESULT)0x8020000Cu)
#define BG_E_DESTINATION_LOCKED ((HRESULT)0x8020000Du)
#define BG_E_VOLUME_CHANGED ((HRESULT)0x8020000Eu)
#define BG_E_ERROR_INFORMATION_UNAVAILABLE ((HRESULT)0x8020000Fu)
#define BG_E_NETWORK_DISCONNECTED ((HRESULT)0x80200010u)
#define BG_E_MISSING_FILE_SIZE ((HRESULT)0x80200011u)
#define BG_E_INSUFFICIENT_HTTP_SUPPORT ((HRESULT)0x80200012u)
#define BG_E_INSUFFICIENT_RANGE_SUPPORT ((HRESULT)0x80200013u)
#define BG_E_REMOTE_NOT_SUPPORTED ((HRESULT)0x80200014u)
#define BG_E_NEW_OWNER_DIFF_MAPPING ((HRESULT)0x80200015u)
#define BG_E_NEW_OWNER_NO_FILE_ACCESS ((HRESULT)0x80200016u)
#define BG_S_PARTIAL_COMPLETE ((HRESULT)0x00200017u)
#define BG_E_PROXY_LIST_TOO_LARGE ((HRESULT)0x80200018u)
#define BG_E_PROXY_BYPASS_LIST_TOO_LARGE ((HRESULT)0x80200019u)
#define BG_S_UNABLE_TO_DELETE_FILES ((HRESULT)0x0020001Au)
#define BG_E_INVALID_SERVER_RESPONSE ((HRESULT)0x8020001Bu)
#define BG_E_TOO_MANY_FILES ((HRESULT)0x8020001Cu)
#define BG_E_LOCAL_FILE_CHANGED ((HRESULT)0x8020001Du)
#define BG_E_ERROR_CONTEXT_REMOTE_APPLICATION ((HRESULT)0x8020001Eu)
#define BG_E_SESSION_NOT_FOUND ((HRESULT)0x8020001Fu)
#define BG_E_TOO_LARGE ((HRESULT)0x80200020u)
#define BG_E_STRING_TOO_LONG ((HRESULT)0x80200021u)
#define BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH ((HRESULT)0x80200022u)
#define BG_E_SERVER_EXECUTE_ENABLE ((HRESULT)0x80200023u)
#define BG_E_SERVER_EXECUTE_ENABLED ((HRESULT)0x80200023u)
#define BG_E_NO_PROGRESS ((HRESULT)0x80200024u)
#define BG_E_USERNAME_TOO_LARGE ((HRESULT)0x80200025u)
#define BG_E_PASSWORD_TOO_LARGE ((HRESULT)0x80200026u)
#define BG_E_INVALID_AUTH_TARGET ((HRESULT)0x80200027u)
#define BG_E_INVALID_AUTH_SCHEME ((HRESULT)0x80200028u)
#define BG_E_FILE_NOT_FOUND ((HRESULT)0x80200029u)
#define BG_S_PROXY_CHANGED ((HRESULT)0x0020002Au)
#define BG_E_INVALID_RANGE ((HRESULT)0x8020002Bu)
#define BG_E_OVERLAPPING_RANGES ((HRESULT)0x8020002Cu)
#define BG_E_CONNECT_FAILURE ((HRESULT)0x8020002Du)
#define BG_E_CONNECTION_CLOSED ((HRESULT)0x8020002Eu)
#define BG_E_BLOCKED_BY_POLICY ((HRESULT)0x8020003Eu)
#define BG_E_INVALID_PROXY_INFO ((HRESULT)0x8020003Fu)
#define BG_E_INVALID_CREDENTIALS ((HRESULT)0x80200040u)
#define BG_E_INVALID_HASH_ALGORITHM ((HRESULT)0x80200041u)
#define BG_E_RECORD_DELETED ((HRESULT)0x80200042u)
#define BG_E_COMMIT_IN_PROGRESS ((HRESULT)0x80200043u)
#define BG_E_DISCOVERY_IN_PROGRESS ((HRESULT)0x80200044u)
#define BG_E_UPNP_ERROR ((HRESULT)0x80200045u)
#define BG_E_TEST_OPTION_BLOCKED_DOWNLOAD ((HRESULT)0x80200046u)
#define BG_E_PEERCACHING_DISABLED ((HRESULT)0x80200047u)
#define BG_E_BUSYCACHERECORD ((HRESULT)0x80200048u)
#define BG_E_TOO_MANY_JOBS_PER_USER ((HRESULT)0x80200049u)
#define BG_E_TOO_MANY_JOBS_PER_MACHINE ((HRESULT)0x80200050u)
#define BG_E_TOO_MANY_FILES_IN_JOB ((HRESULT)0x80200051u)
#define BG_E_TOO_MANY_RANGES_IN_FILE ((HRESULT)0x80200052u)
#define BG_E_VALIDATION_FAILED ((HRESULT)0x80200053u)
#define BG_E_MAXDOWNLOAD_TIMEOUT ((HRESULT)0x80200054u)
#define BG_S_OVERRIDDEN_BY_POLICY ((HRESULT)0x00200055u)
#define BG_E_TOKEN_REQUIRED ((HRESULT)0x80200056u)
#define BG_E_UNKNOWN_PROPERTY_ID ((HRESULT)0x80200057u)
#define BG_E_READ_ONLY_PROPERTY ((HRESULT)0x80200058u)
#define BG_E_BLOCKED_BY_COST_TRANSFER_POLICY ((HRESULT)0x80200059u)
#define BG_E_PROPERTY_SUPPORTED_FOR_DOWNLOAD_JOBS_ONLY ((HRESULT)0x80200060u)
#define BG_E_READ_ONLY_PROPERTY_AFTER_ADDFILE ((HRESULT)0x80200061u)
#define BG_E_READ_ONLY_PROPERTY_AFTER_RESUME ((HRESULT)0x80200062u)
#define BG_E_MAX_DOWNLOAD_SIZE_INVALID_VALUE ((HRESULT)0x80200063u)
#define BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED ((HRESULT)0x80200064u)
#define BG_E_STANDBY_MODE ((HRESULT)0x80200065u)
#define BG_E_USE_STORED_CREDENTIALS_NOT_SUPPORTED ((HRESULT)0x80200066u)
#define BG_E_BLOCKED_BY_BATTERY_POLICY ((HRESULT)0x80200067u)
#define BG_E_BLOCKED_BY_BATTERY_SAVER ((HRESULT)0x80200068u)
#define BG_E_WATCHDOG_TIMEOUT ((HRESULT)0x80200069u)
#define BG_E_APP_PACKAGE_NOT_FOUND ((HRESULT)0x8020006Au)
#define BG_E_APP_PACKAGE_SCENARIO_NOT_SUPPORTED ((HRESULT)0x8020006Bu)
#define BG_E_DATABASE_CORRUPT ((HRESULT)0x8020006Cu)
#define BG_E_RANDOM_ACCESS_NOT_SUPPORTED ((HRESULT)0x8020006Du)
#define BG_E_BLOCKED_BY_BACKGROUND_ACCESS_POLICY ((HRESULT)0x8020006Eu)
#define BG_E_BLOCKED_BY_GAME_MODE ((HRESULT)0x8020006Fu)
#define BG_E_BLOCKED_BY_SYSTEM_POLICY ((HRESULT)0x80200070u)
#define BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD ((HRESULT)0x80200071u)
#define BG_E_UNSUPPORTED_JOB_CONFIGURATION ((HRESULT)0x80200072u)
#define BG_E_REMOTE_FILE_CHANGED ((HRESULT)0x80200073u)
#define BG_E_SERVER_CERT_VALIDATION_INTERFACE_REQUIRED ((HRESULT)0x80200074u)
#define BG_E_READ_ONLY_WHEN_JOB_ACTIVE ((HRESULT)0x80200075u)
#define BG_E_ERROR_CONTEXT_SERVER_CERTIFICATE_CALLBACK ((HRESULT)0x80200076u)
#define BG_E_HTTP_ERROR_100 ((HRESULT)0x80190064u)
#define BG_E_HTTP_ERROR_101 ((HRESULT)0x80190065u)
#define BG_E_HTTP_ERROR_200 ((HRESULT)0x801900C8u)
#define BG_E_HTTP_ERROR_201 ((HRESULT)0x801900C9u)
#define BG_E_HTTP_ERROR_202 ((HRESULT)0x801900CAu)
#define BG_E_HTTP_ERROR_203 ((HRESULT)0x801900CBu)
#define BG_E_HTTP_ERROR_204 ((HRESULT)0x801900CCu)
#define BG_E_HTTP_ERROR_205 ((HRESULT)0x801900CDu)
#define BG_E_HTTP_ERROR_206 ((HRESULT)0x801900CEu)
#define BG_E_HTTP_ERROR_300 ((HRESULT)0x8019012Cu)
#define BG_E_HTTP_ERROR_301 ((HRESULT)0x8019012Du)
#define BG_E_HTTP_ERROR_302 ((HRESULT)0x8019012Eu)
#define BG_E_HTTP_ERROR_303 ((HRESULT)0x8019012Fu)
#define BG_E_HTTP_ERROR_304 ((HRESULT)0x80190130u)
#define BG_E_HTTP_ERROR_305 ((HRESULT)0x80190131u)
#define BG_E_HTTP_ERROR_307 ((HRESULT)0x80190133u)
#define BG_E_HTTP_ERROR_400 ((HRESULT)0x80190190u)
#define BG_E_HTTP_ERROR_401 ((HRESULT)0x80190191u)
#define BG_E_HTTP_ERROR_402 ((HRESULT)0x80190192u)
#define BG_E_HTTP_ERROR_403 ((HRESULT)0x80190193u)
#define BG_E_HTTP_ERROR_404 ((HRESULT)0x80190194u)
#define BG_E_HTTP_ERROR_405 ((HRESULT)0x80190195u)
#define BG_E_HTTP_ERROR_406 ((HRESULT)0x80190196u)
#define BG_E_HTTP_ERROR_407 ((HRESULT)0x80190197u)
#define BG_E_HTTP_ERROR_408 ((HRESULT)0x80190198u)
#define BG_E_HTTP_ERROR_409 ((HRESULT)0x80190199u)
#define BG_E_HTTP_ERROR_410 ((HRESULT)0x8019019Au)
#define BG_E_HTTP_ERROR_411 ((HRESULT)0x8019019Bu)
#define BG_E_HTTP_ERROR_412 ((HRESULT)0x8019019Cu)
#define BG_E_HTTP_ERROR_413 ((HRESULT)0x8019019Du)
#define BG_E_HTTP_ERROR_414 ((HRESULT)0x8019019Eu)
#define BG_E_HTTP_ERROR_415 ((HRESULT)0x8019019Fu)
#define BG_E_HTTP_ERROR_416 ((HRESULT)0x801901A0u)
#define BG_E_HTTP_ERROR_417 ((HRESULT)0x801901A1u)
#define BG_E_HTTP_ERROR_449 ((HRESULT)0x801901C1u)
#define BG_E_HTTP_ERROR_500 ((HRESULT)0x801901F4u)
#define BG_E_HTTP_ERROR_501 ((HRESULT)0x801901F5u)
#define BG_E_HTTP_ERROR_502 ((HRESULT)0x801901F6u)
#define BG_E_HTTP_ERROR_503 ((HRESULT)0x801901F7u)
#define BG_E_HTTP_ERROR_504 ((HRESULT)0x801901F8u)
#define BG_E_HTTP_ERROR_505 ((HRESULT)0x801901F9u)
#define FACILITY_DELIVERY_OPTIMIZATION 208
#define IS_DO_TRANSIENT_ERROR(hr) (FAILED(hr) && (((uint32_t)(hr) >> 16) & 0x1FFF) == FACILITY_DELIVERY_OPTIMIZATION && ((uint32_t)(hr) & 0xF800) == 0x3800)

#define BG_LENGTH_TO_EOF ((UINT64)-1)
#define BG_SIZE_UNKNOWN ((UINT64)-1)
#define DO_LENGTH_TO_EOF ((UINT64)-1)
#define DO_UNKNOWN_FILE_SIZE ((UINT64)-1)
#define BG_JOB_ENUM_ALL_USERS 0x0001

#define BG_NOTIFY_JOB_TRANSFERRED 0x0001
#define BG_NOTIFY_JOB_ERROR 0x0002
#define BG_NOTIFY_DISABLE 0x0004
#define BG_NOTIFY_JOB_MODIFICATION 0x0008
#define BG_NOTIFY_FILE_TRANSFERRED 0x0010
#define BG_NOTIFY_FILE_RANGES_TRANSFERRED 0x0020

#define BITS_JOB_TRANSFER_POLICY_ALWAYS 0x800000FFu
#define BITS_JOB_TRANSFER_POLICY_NOT_ROAMING 0x8000007Fu
#define BITS_JOB_TRANSFER_POLICY_NO_SURCHARGE 0x8000006Fu
#define BITS_JOB_TRANSFER_POLICY_STANDARD 0x80000067u
#define BITS_JOB_TRANSFER_POLICY_UNRESTRICTED 0x80000021u

typedef enum BG_JOB_STATE
{
    BG_JOB_STATE_QUEUED, BG_JOB_STATE_CONNECTING, BG_JOB_STATE_TRANSFERRING, BG_JOB_STATE_SUSPENDED, BG_JOB_STATE_ERROR,
    BG_JOB_STATE_TRANSIENT_ERROR, BG_JOB_STATE_TRANSFERRED, BG_JOB_STATE_ACKNOWLEDGED, BG_JOB_STATE_CANCELLED
} BG_JOB_STATE;
typedef enum BG_JOB_PRIORITY { BG_JOB_PRIORITY_FOREGROUND, BG_JOB_PRIORITY_HIGH, BG_JOB_PRIORITY_NORMAL, BG_JOB_PRIORITY_LOW } BG_JOB_PRIORITY;
typedef enum BG_JOB_TYPE { BG_JOB_TYPE_DOWNLOAD, BG_JOB_TYPE_UPLOAD, BG_JOB_TYPE_UPLOAD_REPLY } BG_JOB_TYPE;
typedef enum BG_JOB_PROXY_USAGE
{
    BG_JOB_PROXY_USAGE_PRECONFIG, BG_JOB_PROXY_USAGE_NO_PROXY, BG_JOB_PROXY_USAGE_OVERRIDE, BG_JOB_PROXY_USAGE_AUTODETECT
} BG_JOB_PROXY_USAGE;
typedef enum BG_AUTH_TARGET { BG_AUTH_TARGET_SERVER = 1, BG_AUTH_TARGET_PROXY } BG_AUTH_TARGET;
typedef enum BG_AUTH_SCHEME
{
    BG_AUTH_SCHEME_BASIC = 1, BG_AUTH_SCHEME_DIGEST, BG_AUTH_SCHEME_NTLM, BG_AUTH_SCHEME_NEGOTIATE, BG_AUTH_SCHEME_PASSPORT
} BG_AUTH_SCHEME;
typedef enum BG_ERROR_CONTEXT
{
    BG_ERROR_CONTEXT_NONE, BG_ERROR_CONTEXT_UNKNOWN, BG_ERROR_CONTEXT_GENERAL_QUEUE_MANAGER, BG_ERROR_CONTEXT_QUEUE_MANAGER_NOTIFICATION,
    BG_ERROR_CONTEXT_LOCAL_FILE, BG_ERROR_CONTEXT_REMOTE_FILE, BG_ERROR_CONTEXT_GENERAL_TRANSPORT, BG_ERROR_CONTEXT_REMOTE_APPLICATION
} BG_ERROR_CONTEXT;
typedef enum BITS_JOB_PROPERTY_ID
{
    BITS_JOB_PROPERTY_ID_COST_FLAGS = 1, BITS_JOB_PROPERTY_NOTIFICATION_CLSID = 2, BITS_JOB_PROPERTY_DYNAMIC_CONTENT = 3,
    BITS_JOB_PROPERTY_HIGH_PERFORMANCE = 4, BITS_JOB_PROPERTY_MAX_DOWNLOAD_SIZE = 5, BITS_JOB_PROPERTY_USE_STORED_CREDENTIALS = 7,
    BITS_JOB_PROPERTY_MINIMUM_NOTIFICATION_INTERVAL_MS = 9, BITS_JOB_PROPERTY_ON_DEMAND_MODE = 10
} BITS_JOB_PROPERTY_ID;
typedef enum BITS_FILE_PROPERTY_ID { BITS_FILE_PROPERTY_ID_HTTP_RESPONSE_HEADERS = 1 } BITS_FILE_PROPERTY_ID;
typedef enum DownloadMode
{
    DownloadMode_CdnOnly = 0, DownloadMode_Lan = 1, DownloadMode_Group = 2, DownloadMode_Internet = 3, DownloadMode_Simple = 99, DownloadMode_Bypass = 100
} DownloadMode;
typedef enum SwarmStatus { SwarmStatus_Downloading, SwarmStatus_Complete, SwarmStatus_Caching, SwarmStatus_Paused } SwarmStatus;
typedef enum DOJobPropertyId { DOJobPropertyId_ExtendedErrorInfo } DOJobPropertyId;
typedef enum DOFilePropertyId
{
    DOFilePropertyId_DecryptionInfo, DOFilePropertyId_IntegrityCheckInfo, DOFilePropertyId_IntegrityCheckMandatory,
    DOFilePropertyId_DownloadSinkInterface, DOFilePropertyId_DownloadSinkFilePath, DOFilePropertyId_DownloadSinkMemoryStream,
    DOFilePropertyId_TotalSizeBytes
} DOFilePropertyId;
typedef enum DODownloadState
{
    DODownloadState_Created, DODownloadState_Transferring, DODownloadState_Transferred, DODownloadState_Finalized, DODownloadState_Aborted,
    DODownloadState_Paused
} DODownloadState;
typedef enum DODownloadCostPolicy
{
    DODownloadCostPolicy_Always, DODownloadCostPolicy_Unrestricted, DODownloadCostPolicy_Standard, DODownloadCostPolicy_NoRoaming,
    DODownloadCostPolicy_NoSurcharge, DODownloadCostPolicy_NoCellular
} DODownloadCostPolicy;
typedef enum DODownloadProperty
{
    DODownloadProperty_Id = 0,
    DODownloadProperty_Uri = 1,
    DODownloadProperty_ContentId = 2,
    DODownloadProperty_DisplayName = 3,
    DODownloadProperty_LocalPath = 4,
    DODownloadProperty_HttpCustomHeaders = 5,
    DODownloadProperty_CostPolicy = 6,
    DODownloadProperty_SecurityFlags = 7,
    DODownloadProperty_CallbackFreqPercent = 8,
    DODownloadProperty_CallbackFreqSeconds = 9,
    DODownloadProperty_NoProgressTimeoutSeconds = 10,
    DODownloadProperty_ForegroundPriority = 11,
    DODownloadProperty_BlockingMode = 12,
    DODownloadProperty_CallbackInterface = 13,
    DODownloadProperty_StreamInterface = 14,
    DODownloadProperty_SecurityContext = 15,
    DODownloadProperty_NetworkToken = 16,
    DODownloadProperty_CorrelationVector = 17,
    DODownloadProperty_DecryptionInfo = 18,
    DODownloadProperty_IntegrityCheckInfo = 19,
    DODownloadProperty_IntegrityCheckMandatory = 20,
    DODownloadProperty_TotalSizeBytes = 21,
    DODownloadProperty_DisallowOnCellular = 22,
    DODownloadProperty_HttpCustomAuthHeaders = 23,
    DODownloadProperty_HttpAllowSecureToNonSecureRedirect = 24,
    DODownloadProperty_NonVolatile = 25,
    DODownloadProperty_HttpRedirectionTarget = 26,
    DODownloadProperty_HttpResponseHeaders = 27,
    DODownloadProperty_HttpServerIPAddress = 28,
    DODownloadProperty_HttpStatusCode = 29
} DODownloadProperty;

typedef struct BG_FILE_PROGRESS { UINT64 BytesTotal; UINT64 BytesTransferred; BOOL Completed; } BG_FILE_PROGRESS;
typedef struct BG_FILE_RANGE { UINT64 InitialOffset; UINT64 Length; } BG_FILE_RANGE;
typedef struct BG_FILE_INFO { LPWSTR RemoteName; LPWSTR LocalName; } BG_FILE_INFO;
typedef struct BG_JOB_PROGRESS { UINT64 BytesTotal; UINT64 BytesTransferred; ULONG FilesTotal; ULONG FilesTransferred; } BG_JOB_PROGRESS;
typedef struct BG_JOB_TIMES { FILETIME CreationTime; FILETIME ModificationTime; FILETIME TransferCompletionTime; } BG_JOB_TIMES;
typedef struct BG_JOB_REPLY_PROGRESS { UINT64 BytesTotal; UINT64 BytesTransferred; } BG_JOB_REPLY_PROGRESS;
typedef struct BG_AUTH_CREDENTIALS { BG_AUTH_TARGET Target; BG_AUTH_SCHEME Scheme; LPWSTR UserName; LPWSTR Password; } BG_AUTH_CREDENTIALS;
typedef union BITS_JOB_PROPERTY_VALUE { DWORD Dword; GUID ClsID; BOOL Enable; UINT64 Uint64; BG_AUTH_TARGET Target; } BITS_JOB_PROPERTY_VALUE;
typedef union BITS_FILE_PROPERTY_VALUE { LPWSTR String; } BITS_FILE_PROPERTY_VALUE;
typedef struct DOSwarmStats
{
    LPWSTR fileId;
    LPWSTR sourceURL;
    UINT64 fileSize, totalBytesDownloaded, bytesFromLanPeers, bytesFromGroupPeers, bytesFromInternetPeers, bytesFromHttp, bytesFromDoinc;
    UINT64 bytesToLanPeers, bytesToGroupPeers, bytesToInternetPeers;
    UINT httpConnectionCount, doincConnectionCount, lanConnectionCount, groupConnectionCount, internetConnectionCount, downloadDuration;
    DownloadMode downloadMode;
    SwarmStatus status;
    BOOL isBackground;
} DOSwarmStats;
typedef struct DO_DOWNLOAD_RANGE { UINT64 Offset; UINT64 Length; } DO_DOWNLOAD_RANGE;
typedef struct DO_DOWNLOAD_RANGES_INFO { UINT RangeCount; DO_DOWNLOAD_RANGE Ranges[1]; } DO_DOWNLOAD_RANGES_INFO;
typedef struct DO_DOWNLOAD_STATUS { UINT64 BytesTotal; UINT64 BytesTransferred; DODownloadState State; HRESULT Error; HRESULT ExtendedError; } DO_DOWNLOAD_STATUS;
typedef struct DO_DOWNLOAD_ENUM_CATEGORY { DODownloadProperty Property; LPCWSTR Value; } DO_DOWNLOAD_ENUM_CATEGORY;

DO_INTERFACE(IBackgroundCopyManager)
DO_INTERFACE(IBackgroundCopyJob)
DO_INTERFACE(IBackgroundCopyJob2)
DO_INTERFACE(IBackgroundCopyJob3)
DO_INTERFACE(IBackgroundCopyJob4)
DO_INTERFACE(IBackgroundCopyJob5)
DO_INTERFACE(IBackgroundCopyFile)
DO_INTERFACE(IBackgroundCopyFile2)
DO_INTERFACE(IBackgroundCopyFile3)
DO_INTERFACE(IBackgroundCopyFile4)
DO_INTERFACE(IBackgroundCopyFile5)
DO_INTERFACE(IBackgroundCopyCallback)
DO_INTERFACE(IBackgroundCopyCallback2)
DO_INTERFACE(IBackgroundCopyError)
DO_INTERFACE(IEnumBackgroundCopyFiles)
DO_INTERFACE(IEnumBackgroundCopyJobs)
DO_INTERFACE(IDeliveryOptimizationJob)
DO_INTERFACE(IDeliveryOptimizationJob2)
DO_INTERFACE(IDeliveryOptimizationFile)
DO_INTERFACE(IDeliveryOptimizationFile2)
DO_INTERFACE(IDOManager)
DO_INTERFACE(IDODownload)
DO_INTERFACE(IDODownloadStatusCallback)

#define DO_BACKGROUNDCOPYMANAGER_OWN(T) \
    DO_M(T, CreateJob, LPCWSTR DisplayName, BG_JOB_TYPE Type, GUID *pJobId, IBackgroundCopyJob **ppJob) \
    DO_M(T, GetJob, REFGUID jobID, IBackgroundCopyJob **ppJob) \
    DO_M(T, EnumJobs, DWORD dwFlags, IEnumBackgroundCopyJobs **ppEnum) \
    DO_M(T, GetErrorDescription, HRESULT hResult, DWORD LanguageId, LPWSTR *pErrorDescription)
#define DO_BACKGROUNDCOPYMANAGER_METHODS(T) DO_UNKNOWN_METHODS(T) DO_BACKGROUNDCOPYMANAGER_OWN(T)
DO_DERIVE(IBackgroundCopyManager, IUnknown, DO_BACKGROUNDCOPYMANAGER_METHODS, DO_BACKGROUNDCOPYMANAGER_OWN)

#define DO_BACKGROUNDCOPYJOB_OWN(T) \
    DO_M(T, AddFileSet, ULONG cFileCount, BG_FILE_INFO *pFileSet) \
    DO_M(T, AddFile, LPCWSTR RemoteUrl, LPCWSTR LocalName) \
    DO_M(T, EnumFiles, IEnumBackgroundCopyFiles **pEnum) \
    DO_N(T, Suspend) \
    DO_N(T, Resume) \
    DO_N(T, Cancel) \
    DO_N(T, Complete) \
    DO_M(T, GetId, GUID *pVal) \
    DO_M(T, GetType, BG_JOB_TYPE *pVal) \
    DO_M(T, GetProgress, BG_JOB_PROGRESS *pVal) \
    DO_M(T, GetTimes, BG_JOB_TIMES *pVal) \
    DO_M(T, GetState, BG_JOB_STATE *pVal) \
    DO_M(T, GetError, IBackgroundCopyError **ppError) \
    DO_M(T, GetOwner, LPWSTR *pVal) \
    DO_M(T, SetDisplayName, LPCWSTR Val) \
    DO_M(T, GetDisplayName, LPWSTR *pVal) \
    DO_M(T, SetDescription, LPCWSTR Val) \
    DO_M(T, GetDescription, LPWSTR *pVal) \
    DO_M(T, SetPriority, BG_JOB_PRIORITY Val) \
    DO_M(T, GetPriority, BG_JOB_PRIORITY *pVal) \
    DO_M(T, SetNotifyFlags, ULONG Val) \
    DO_M(T, GetNotifyFlags, ULONG *pVal) \
    DO_M(T, SetNotifyInterface, IUnknown *Val) \
    DO_M(T, GetNotifyInterface, IUnknown **pVal) \
    DO_M(T, SetMinimumRetryDelay, ULONG Seconds) \
    DO_M(T, GetMinimumRetryDelay, ULONG *Seconds) \
    DO_M(T, SetNoProgressTimeout, ULONG Seconds) \
    DO_M(T, GetNoProgressTimeout, ULONG *Seconds) \
    DO_M(T, GetErrorCount, ULONG *Errors) \
    DO_M(T, SetProxySettings, BG_JOB_PROXY_USAGE ProxyUsage, const WCHAR *ProxyList, const WCHAR *ProxyBypassList) \
    DO_M(T, GetProxySettings, BG_JOB_PROXY_USAGE *pProxyUsage, LPWSTR *pProxyList, LPWSTR *pProxyBypassList) \
    DO_N(T, TakeOwnership)
#define DO_BACKGROUNDCOPYJOB_METHODS(T) DO_UNKNOWN_METHODS(T) DO_BACKGROUNDCOPYJOB_OWN(T)
DO_DERIVE(IBackgroundCopyJob, IUnknown, DO_BACKGROUNDCOPYJOB_METHODS, DO_BACKGROUNDCOPYJOB_OWN)

#define DO_BACKGROUNDCOPYJOB2_OWN(T) \
    DO_M(T, SetNotifyCmdLine, LPCWSTR Program, LPCWSTR Parameters) \
    DO_M(T, GetNotifyCmdLine, LPWSTR *pProgram, LPWSTR *pParameters) \
    DO_M(T, GetReplyProgress, BG_JOB_REPLY_PROGRESS *pProgress) \
    DO_M(T, GetReplyData, BYTE **ppBuffer, UINT64 *pLength) \
    DO_M(T, SetReplyFileName, LPCWSTR ReplyFileName) \
    DO_M(T, GetReplyFileName, LPWSTR *pReplyFileName) \
    DO_M(T, SetCredentials, BG_AUTH_CREDENTIALS *credentials) \
    DO_M(T, RemoveCredentials, BG_AUTH_TARGET Target, BG_AUTH_SCHEME Scheme)
#define DO_BACKGROUNDCOPYJOB2_METHODS(T) DO_BACKGROUNDCOPYJOB_METHODS(T) DO_BACKGROUNDCOPYJOB2_OWN(T)
DO_DERIVE(IBackgroundCopyJob2, IBackgroundCopyJob, DO_BACKGROUNDCOPYJOB2_METHODS, DO_BACKGROUNDCOPYJOB2_OWN)

#define DO_BACKGROUNDCOPYJOB3_OWN(T) \
    DO_M(T, ReplaceRemotePrefix, LPCWSTR OldPrefix, LPCWSTR NewPrefix) \
    DO_M(T, AddFileWithRanges, LPCWSTR RemoteUrl, LPCWSTR LocalName, DWORD RangeCount, BG_FILE_RANGE *Ranges) \
    DO_M(T, SetFileACLFlags, DWORD Flags) \
    DO_M(T, GetFileACLFlags, DWORD *Flags)
#define DO_BACKGROUNDCOPYJOB3_METHODS(T) DO_BACKGROUNDCOPYJOB2_METHODS(T) DO_BACKGROUNDCOPYJOB3_OWN(T)
DO_DERIVE(IBackgroundCopyJob3, IBackgroundCopyJob2, DO_BACKGROUNDCOPYJOB3_METHODS, DO_BACKGROUNDCOPYJOB3_OWN)

#define DO_BACKGROUNDCOPYJOB4_OWN(T) \
    DO_M(T, SetPeerCachingFlags, DWORD Flags) \
    DO_M(T, GetPeerCachingFlags, DWORD *pFlags) \
    DO_M(T, GetOwnerIntegrityLevel, ULONG *pLevel) \
    DO_M(T, GetOwnerElevationState, BOOL *pElevated) \
    DO_M(T, SetMaximumDownloadTime, ULONG Timeout) \
    DO_M(T, GetMaximumDownloadTime, ULONG *pTimeout)
#define DO_BACKGROUNDCOPYJOB4_METHODS(T) DO_BACKGROUNDCOPYJOB3_METHODS(T) DO_BACKGROUNDCOPYJOB4_OWN(T)
DO_DERIVE(IBackgroundCopyJob4, IBackgroundCopyJob3, DO_BACKGROUNDCOPYJOB4_METHODS, DO_BACKGROUNDCOPYJOB4_OWN)

#define DO_BACKGROUNDCOPYJOB5_OWN(T) \
    DO_M(T, SetProperty, BITS_JOB_PROPERTY_ID PropertyId, BITS_JOB_PROPERTY_VALUE PropertyValue) \
    DO_M(T, GetProperty, BITS_JOB_PROPERTY_ID PropertyId, BITS_JOB_PROPERTY_VALUE *PropertyValue)
#define DO_BACKGROUNDCOPYJOB5_METHODS(T) DO_BACKGROUNDCOPYJOB4_METHODS(T) DO_BACKGROUNDCOPYJOB5_OWN(T)
DO_DERIVE(IBackgroundCopyJob5, IBackgroundCopyJob4, DO_BACKGROUNDCOPYJOB5_METHODS, DO_BACKGROUNDCOPYJOB5_OWN)

#define DO_BACKGROUNDCOPYFILE_OWN(T) \
    DO_M(T, GetRemoteName, LPWSTR *pVal) \
    DO_M(T, GetLocalName, LPWSTR *pVal) \
    DO_M(T, GetProgress, BG_FILE_PROGRESS *pVal)
#define DO_BACKGROUNDCOPYFILE_METHODS(T) DO_UNKNOWN_METHODS(T) DO_BACKGROUNDCOPYFILE_OWN(T)
DO_DERIVE(IBackgroundCopyFile, IUnknown, DO_BACKGROUNDCOPYFILE_METHODS, DO_BACKGROUNDCOPYFILE_OWN)

#define DO_BACKGROUNDCOPYFILE2_OWN(T) \
    DO_M(T, GetFileRanges, DWORD *RangeCount, BG_FILE_RANGE **Ranges) \
    DO_M(T, SetRemoteName, LPCWSTR Val)
#define DO_BACKGROUNDCOPYFILE2_METHODS(T) DO_BACKGROUNDCOPYFILE_METHODS(T) DO_BACKGROUNDCOPYFILE2_OWN(T)
DO_DERIVE(IBackgroundCopyFile2, IBackgroundCopyFile, DO_BACKGROUNDCOPYFILE2_METHODS, DO_BACKGROUNDCOPYFILE2_OWN)

#define DO_BACKGROUNDCOPYFILE3_OWN(T) \
    DO_M(T, GetTemporaryName, LPWSTR *pFilename) \
    DO_M(T, SetValidationState, BOOL state) \
    DO_M(T, GetValidationState, BOOL *pState) \
    DO_M(T, IsDownloadedFromPeer, BOOL *pVal)
#define DO_BACKGROUNDCOPYFILE3_METHODS(T) DO_BACKGROUNDCOPYFILE2_METHODS(T) DO_BACKGROUNDCOPYFILE3_OWN(T)
DO_DERIVE(IBackgroundCopyFile3, IBackgroundCopyFile2, DO_BACKGROUNDCOPYFILE3_METHODS, DO_BACKGROUNDCOPYFILE3_OWN)

#define DO_BACKGROUNDCOPYFILE4_OWN(T) \
    DO_M(T, GetPeerDownloadStats, UINT64 *pFromOrigin, UINT64 *pFromPeers)
#define DO_BACKGROUNDCOPYFILE4_METHODS(T) DO_BACKGROUNDCOPYFILE3_METHODS(T) DO_BACKGROUNDCOPYFILE4_OWN(T)
DO_DERIVE(IBackgroundCopyFile4, IBackgroundCopyFile3, DO_BACKGROUNDCOPYFILE4_METHODS, DO_BACKGROUNDCOPYFILE4_OWN)

#define DO_BACKGROUNDCOPYFILE5_OWN(T) \
    DO_M(T, SetProperty, BITS_FILE_PROPERTY_ID PropertyId, BITS_FILE_PROPERTY_VALUE PropertyValue) \
    DO_M(T, GetProperty, BITS_FILE_PROPERTY_ID PropertyId, BITS_FILE_PROPERTY_VALUE *PropertyValue)
#define DO_BACKGROUNDCOPYFILE5_METHODS(T) DO_BACKGROUNDCOPYFILE4_METHODS(T) DO_BACKGROUNDCOPYFILE5_OWN(T)
DO_DERIVE(IBackgroundCopyFile5, IBackgroundCopyFile4, DO_BACKGROUNDCOPYFILE5_METHODS, DO_BACKGROUNDCOPYFILE5_OWN)

#define DO_BACKGROUNDCOPYCALLBACK_OWN(T) \
    DO_M(T, JobTransferred, IBackgroundCopyJob *pJob) \
    DO_M(T, JobError, IBackgroundCopyJob *pJob, IBackgroundCopyError *pError) \
    DO_M(T, JobModification, IBackgroundCopyJob *pJob, DWORD dwReserved)
#define DO_BACKGROUNDCOPYCALLBACK_METHODS(T) DO_UNKNOWN_METHODS(T) DO_BACKGROUNDCOPYCALLBACK_OWN(T)
DO_DERIVE(IBackgroundCopyCallback, IUnknown, DO_BACKGROUNDCOPYCALLBACK_METHODS, DO_BACKGROUNDCOPYCALLBACK_OWN)

#define DO_BACKGROUNDCOPYCALLBACK2_OWN(T) \
    DO_M(T, FileTransferred, IBackgroundCopyJob *pJob, IBackgroundCopyFile *pFile)
#define DO_BACKGROUNDCOPYCALLBACK2_METHODS(T) DO_BACKGROUNDCOPYCALLBACK_METHODS(T) DO_BACKGROUNDCOPYCALLBACK2_OWN(T)
DO_DERIVE(IBackgroundCopyCallback2, IBackgroundCopyCallback, DO_BACKGROUNDCOPYCALLBACK2_METHODS, DO_BACKGROUNDCOPYCALLBACK2_OWN)

#define DO_BACKGROUNDCOPYERROR_OWN(T) \
    DO_M(T, GetError, BG_ERROR_CONTEXT *pContext, HRESULT *pCode) \
    DO_M(T, GetFile, IBackgroundCopyFile **pVal) \
    DO_M(T, GetErrorDescription, DWORD LanguageId, LPWSTR *pErrorDescription) \
    DO_M(T, GetErrorContextDescription, DWORD LanguageId, LPWSTR *pContextDescription) \
    DO_M(T, GetProtocol, LPWSTR *pProtocol)
#define DO_BACKGROUNDCOPYERROR_METHODS(T) DO_UNKNOWN_METHODS(T) DO_BACKGROUNDCOPYERROR_OWN(T)
DO_DERIVE(IBackgroundCopyError, IUnknown, DO_BACKGROUNDCOPYERROR_METHODS, DO_BACKGROUNDCOPYERROR_OWN)

#define DO_ENUMBACKGROUNDCOPYFILES_OWN(T) \
    DO_M(T, Next, ULONG celt, IBackgroundCopyFile **rgelt, ULONG *pceltFetched) \
    DO_M(T, Skip, ULONG celt) \
    DO_N(T, Reset) \
    DO_M(T, Clone, IEnumBackgroundCopyFiles **ppenum) \
    DO_M(T, GetCount, ULONG *puCount)
#define DO_ENUMBACKGROUNDCOPYFILES_METHODS(T) DO_UNKNOWN_METHODS(T) DO_ENUMBACKGROUNDCOPYFILES_OWN(T)
DO_DERIVE(IEnumBackgroundCopyFiles, IUnknown, DO_ENUMBACKGROUNDCOPYFILES_METHODS, DO_ENUMBACKGROUNDCOPYFILES_OWN)

#define DO_ENUMBACKGROUNDCOPYJOBS_OWN(T) \
    DO_M(T, Next, ULONG celt, IBackgroundCopyJob **rgelt, ULONG *pceltFetched) \
    DO_M(T, Skip, ULONG celt) \
    DO_N(T, Reset) \
    DO_M(T, Clone, IEnumBackgroundCopyJobs **ppenum) \
    DO_M(T, GetCount, ULONG *puCount)
#define DO_ENUMBACKGROUNDCOPYJOBS_METHODS(T) DO_UNKNOWN_METHODS(T) DO_ENUMBACKGROUNDCOPYJOBS_OWN(T)
DO_DERIVE(IEnumBackgroundCopyJobs, IUnknown, DO_ENUMBACKGROUNDCOPYJOBS_METHODS, DO_ENUMBACKGROUNDCOPYJOBS_OWN)

#define DO_DELIVERYOPTIMIZATIONJOB_OWN(T) \
    DO_M(T, AddFileWithRanges, LPCWSTR fileId, LPCWSTR remoteUrl, LPCWSTR localName, DWORD rangeCount, BG_FILE_RANGE *ranges, ULONG64 fileSize)
#define DO_DELIVERYOPTIMIZATIONJOB_METHODS(T) DO_UNKNOWN_METHODS(T) DO_DELIVERYOPTIMIZATIONJOB_OWN(T)
DO_DERIVE(IDeliveryOptimizationJob, IUnknown, DO_DELIVERYOPTIMIZATIONJOB_METHODS, DO_DELIVERYOPTIMIZATIONJOB_OWN)

#define DO_DELIVERYOPTIMIZATIONJOB2_OWN(T) \
    DO_M(T, AddFile, LPCWSTR fileId, LPCWSTR remoteUrl, DWORD rangeCount, BG_FILE_RANGE *ranges, REFIID riid, void **object) \
    DO_M(T, GetProperty, DOJobPropertyId propId, VARIANT *propValue) \
    DO_M(T, SetProperty, DOJobPropertyId propId, const VARIANT *propValue)
#define DO_DELIVERYOPTIMIZATIONJOB2_METHODS(T) DO_UNKNOWN_METHODS(T) DO_DELIVERYOPTIMIZATIONJOB2_OWN(T)
DO_DERIVE(IDeliveryOptimizationJob2, IUnknown, DO_DELIVERYOPTIMIZATIONJOB2_METHODS, DO_DELIVERYOPTIMIZATIONJOB2_OWN)

#define DO_DELIVERYOPTIMIZATIONFILE_OWN(T) \
    DO_M(T, GetStats, DOSwarmStats *swarmStats) \
    DO_M(T, GetStatsAgain, DOSwarmStats *swarmStats)
#define DO_DELIVERYOPTIMIZATIONFILE_METHODS(T) DO_UNKNOWN_METHODS(T) DO_DELIVERYOPTIMIZATIONFILE_OWN(T)
DO_DERIVE(IDeliveryOptimizationFile, IUnknown, DO_DELIVERYOPTIMIZATIONFILE_METHODS, DO_DELIVERYOPTIMIZATIONFILE_OWN)

#define DO_DELIVERYOPTIMIZATIONFILE2_OWN(T) \
    DO_M(T, GetProperty, DOFilePropertyId propId, VARIANT *propValue) \
    DO_M(T, SetProperty, DOFilePropertyId propId, const VARIANT *propValue)
#define DO_DELIVERYOPTIMIZATIONFILE2_METHODS(T) DO_UNKNOWN_METHODS(T) DO_DELIVERYOPTIMIZATIONFILE2_OWN(T)
DO_DERIVE(IDeliveryOptimizationFile2, IUnknown, DO_DELIVERYOPTIMIZATIONFILE2_METHODS, DO_DELIVERYOPTIMIZATIONFILE2_OWN)

#define DO_DOMANAGER_OWN(T) \
    DO_M(T, CreateDownload, IDODownload **download) \
    DO_M(T, EnumDownloads, const DO_DOWNLOAD_ENUM_CATEGORY *category, IEnumUnknown **ppEnum)
#define DO_DOMANAGER_METHODS(T) DO_UNKNOWN_METHODS(T) DO_DOMANAGER_OWN(T)
DO_DERIVE(IDOManager, IUnknown, DO_DOMANAGER_METHODS, DO_DOMANAGER_OWN)

#define DO_DODOWNLOAD_OWN(T) \
    DO_M(T, Start, const DO_DOWNLOAD_RANGES_INFO *ranges) \
    DO_N(T, Pause) \
    DO_N(T, Abort) \
    DO_N(T, Finalize) \
    DO_M(T, GetStatus, DO_DOWNLOAD_STATUS *status) \
    DO_M(T, GetProperty, DODownloadProperty propId, VARIANT *propVal) \
    DO_M(T, SetProperty, DODownloadProperty propId, const VARIANT *propVal)
#define DO_DODOWNLOAD_METHODS(T) DO_UNKNOWN_METHODS(T) DO_DODOWNLOAD_OWN(T)
DO_DERIVE(IDODownload, IUnknown, DO_DODOWNLOAD_METHODS, DO_DODOWNLOAD_OWN)

#define DO_DODOWNLOADSTATUSCALLBACK_OWN(T) \
    DO_M(T, OnStatusChange, IDODownload *download, const DO_DOWNLOAD_STATUS *status)
#define DO_DODOWNLOADSTATUSCALLBACK_METHODS(T) DO_UNKNOWN_METHODS(T) DO_DODOWNLOADSTATUSCALLBACK_OWN(T)
DO_DERIVE(IDODownloadStatusCallback, IUnknown, DO_DODOWNLOADSTATUSCALLBACK_METHODS, DO_DODOWNLOADSTATUSCALLBACK_OWN)

#ifndef _WIN32
/* What the library exports. Any thread may call. */
DO_BEGIN_C
/* Makes an object: CLSID_DeliveryOptimization. The agent is found, or started where there is none: the program that HAUL_PROGRAM
   names, else haul beside the library, else haul in PATH. */
HRESULT DoCreateInstance(REFCLSID rclsid, REFIID riid, void **ppv);
HRESULT DllGetClassObject(REFCLSID rclsid, REFIID riid, void **ppv);
HRESULT DllCanUnloadNow(void); /* always S_FALSE: the library stays */

/* Memory of texts and arrays that methods hand out. It is that of malloc and free. */
void *DoTaskMemAlloc(size_t cb);
void *DoTaskMemRealloc(void *pv, size_t cb);
void DoTaskMemFree(void *pv);

/* Texts in a VARIANT. */
BSTR DoSysAllocString(const WCHAR *text);
BSTR DoSysAllocStringLen(const WCHAR *text, UINT length);
void DoSysFreeString(BSTR text);
UINT DoSysStringLen(BSTR text);
HRESULT DoVariantClear(VARIANT *value);

/* Bytes in a VARIANT: of VT_UI1 only, else null. */
SAFEARRAY *DoSafeArrayCreateVector(VARTYPE type, LONG lowerBound, ULONG count);
HRESULT DoSafeArrayDestroy(SAFEARRAY *array);
DO_END_C

static inline DO_UNUSED void DoVariantInit(VARIANT *value)
{
    value->vt = VT_EMPTY;
}

#ifndef DO_NO_SYSTEM_NAMES
/* The system's names for the same, so that a program for Windows compiles as it stands. */
#define COINIT_MULTITHREADED 0
#define COINIT_APARTMENTTHREADED 2
#define CLSCTX_LOCAL_SERVER 4
#define CLSCTX_ALL 23
static inline DO_UNUSED HRESULT CoInitializeEx(void *reserved, DWORD flags)
{
    return reserved == NULL && flags < 16 ? S_OK : E_INVALIDARG;
}
static inline DO_UNUSED void CoUninitialize(void)
{
}
static inline DO_UNUSED HRESULT CoCreateInstance(REFCLSID rclsid, IUnknown *outer, DWORD context, REFIID riid, void **ppv)
{
    return outer != NULL ? CLASS_E_NOAGGREGATION : context == 0 ? E_INVALIDARG : DoCreateInstance(rclsid, riid, ppv);
}
#define CoTaskMemAlloc DoTaskMemAlloc
#define CoTaskMemRealloc DoTaskMemRealloc
#define CoTaskMemFree DoTaskMemFree
#define SysAllocString DoSysAllocString
#define SysAllocStringLen DoSysAllocStringLen
#define SysFreeString DoSysFreeString
#define SysStringLen DoSysStringLen
#define SafeArrayCreateVector DoSafeArrayCreateVector
#define SafeArrayDestroy DoSafeArrayDestroy
#define VariantInit DoVariantInit
#define VariantClear DoVariantClear
#endif
#endif /* not Windows */

#endif
