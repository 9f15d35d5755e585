// Downloads of one resource: their states, their list, their properties.
#include "download.h"

static void States()
{
    auto manager = Downloads();
    auto jobs = manager.As<IBackgroundCopyManager>(IID_IBackgroundCopyManager); // one object for both generations
    CHECK(jobs.As<IDOManager>(IID_IDOManager).p == manager.p);
    CHECK_HR(E_INVALIDARG, manager->CreateDownload(nullptr));
    Ref<IDODownload> download;
    OK(manager->CreateDownload(&download));
    CHECK_HR(E_INVALIDARG, download->GetStatus(nullptr));
    auto status = Status(download.p);
    CHECK(status.State == DODownloadState_Created && status.BytesTotal == 0 && status.BytesTransferred == 0 && status.Error == S_OK && status.ExtendedError == S_OK);
    CHECK_HR(DO_E_DOWNLOAD_RANGES_EXPECTED, download->Start(nullptr));
    CHECK_HR(DO_E_DOWNLOAD_NO_URI, StartWhole(download.p));
    OK(Set(download.p, DODownloadProperty_Uri, Url("/a")));
    CHECK_HR(DO_E_FILE_DOWNLOADSINK_UNSPECIFIED, StartWhole(download.p));
    OK(Set(download.p, DODownloadProperty_LocalPath, Path("states")));
    OK(download->Pause());
    CHECK_HR(DO_E_INVALID_STATE, download->Finalize());
    CHECK_HR(DO_E_OVERLAPPING_RANGES, StartRanges(download.p, {{0, 10}, {5, 10}}));
    CHECK_HR(DO_E_INVALID_RANGE, StartRanges(download.p, {{0, 0}}));
    CHECK(Status(download.p).State == DODownloadState_Created);
    OK(StartWhole(download.p));
    UntilIs(download.p, DODownloadState_Transferred);
    status = Status(download.p);
    CHECK(status.BytesTotal == 3000000 && status.BytesTransferred == 3000000 && !Exists("states"));
    OK(download->Pause());
    OK(download->Start(nullptr));
    CHECK(Status(download.p).State == DODownloadState_Transferred);
    OK(download->Finalize());
    CHECK(Status(download.p).State == DODownloadState_Finalized && Read("states") == Read("expected"));
    OK(download->Finalize());
    CHECK_HR(DO_E_INVALID_STATE, StartWhole(download.p));
    CHECK_HR(DO_E_INVALID_STATE, download->Pause());
    CHECK_HR(DO_E_INVALID_STATE, download->Abort());
    CHECK_HR(DO_E_INVALID_STATE, Set(download.p, DODownloadProperty_CallbackFreqSeconds, (ULONG)2));

    // Nothing is overwritten.
    auto same = NewDownload(manager.p, "/a", "states");
    CHECK_HR(HRESULT_FROM_WIN32(80), StartWhole(same.p)); // ERROR_FILE_EXISTS
    OK(same->Abort());
}

static void Resting()
{
    auto manager = Downloads();
    auto download = NewDownload(manager.p, "/slow", "resting");
    OK(StartWhole(download.p));
    CHECK(Status(download.p).State == DODownloadState_Transferring);
    OK(StartWhole(download.p));
    CHECK_HR(DO_E_INVALID_STATE, download->Finalize());
    OK(download->Pause());
    CHECK(Status(download.p).State == DODownloadState_Paused && Status(download.p).Error == S_OK);
    OK(download->Pause());
    // Another that starts for the same file takes its place.
    auto other = NewDownload(manager.p, "/slow", "resting");
    OK(StartWhole(other.p));
    CHECK(Status(download.p).State == DODownloadState_Aborted);
    OK(other->Pause());
    OK(other->Start(nullptr));
    CHECK(Status(other.p).State == DODownloadState_Transferring);
    OK(other->Abort());
    CHECK(Status(other.p).State == DODownloadState_Aborted && !Exists("resting"));
    OK(other->Abort());
    CHECK_HR(DO_E_INVALID_STATE, other->Start(nullptr));

    // An error pauses it, and the next start clears it.
    auto wrong = NewDownload(manager.p, "/forbidden", "wrong");
    OK(StartWhole(wrong.p));
    UntilIs(wrong.p, DODownloadState_Paused);
    auto status = Status(wrong.p);
    CHECK((unsigned)status.Error == 0x80190193u && status.ExtendedError == S_OK);
    Value code;
    OK(wrong->GetProperty(DODownloadProperty_HttpStatusCode, &code));
    CHECK(code.vt == VT_UI4 && code.ulVal == 403);
    OK(Set(wrong.p, DODownloadProperty_Uri, Url("/a")));
    OK(wrong->Start(nullptr));
    UntilIs(wrong.p, DODownloadState_Transferred);
    CHECK(Status(wrong.p).Error == S_OK);
    OK(wrong->Finalize());
    CHECK(Read("wrong") == Read("expected"));

    // Parts of a file, and more of it later.
    auto parts = NewDownload(manager.p, "/a", "parts");
    OK(StartRanges(parts.p, {{200, 1000}, {0, 100}}));
    UntilIs(parts.p, DODownloadState_Transferred);
    OK(StartRanges(parts.p, {{5000, 50}}));
    Until([&] { auto now = Status(parts.p); return now.State == DODownloadState_Transferred && now.BytesTotal == 1150; });
    OK(parts->Finalize());
    auto whole = Read("expected");
    CHECK(Read("parts") == whole.substr(200, 1000) + whole.substr(0, 100) + whole.substr(5000, 50));
}

static void Listed()
{
    auto manager = Downloads();
    Ref<IEnumUnknown> list;
    CHECK_HR(DO_E_NO_DOWNLOADS, manager->EnumDownloads(nullptr, &list));
    CHECK(list.p == nullptr);
    CHECK_HR(E_INVALIDARG, manager->EnumDownloads(nullptr, nullptr));
    auto first = NewDownload(manager.p, "/a", "first"), second = NewDownload(manager.p, "/slow", "second");
    OK(Set(first.p, DODownloadProperty_DisplayName, std::u16string(u"a name & more")));
    OK(Set(first.p, DODownloadProperty_ContentId, std::u16string(u"content")));
    auto id = Wide(Get(first.p, DODownloadProperty_Id));
    CHECK(id.size() == 36);
    struct { DODownloadProperty property; std::u16string value; } categories[] = {
        {DODownloadProperty_Id, id}, {DODownloadProperty_Uri, Url("/a")}, {DODownloadProperty_ContentId, u"content"},
        {DODownloadProperty_DisplayName, u"a name & more"}, {DODownloadProperty_LocalPath, Path("first")}};
    for (auto &one : categories)
    {
        DO_DOWNLOAD_ENUM_CATEGORY category = {one.property, one.value.c_str()};
        OK(manager->EnumDownloads(&category, &list));
        Ref<IUnknown> found, more;
        OK(list->Next(1, &found, nullptr));
        CHECK(found.p == first.As<IUnknown>(IID_IUnknown).p && found.As<IDODownload>(IID_IDODownload).p == first.p);
        ULONG fetched = 9;
        CHECK_HR(S_FALSE, list->Next(1, &more, &fetched));
        CHECK(fetched == 0 && more.p == nullptr);
    }
    DO_DOWNLOAD_ENUM_CATEGORY category = {DODownloadProperty_CostPolicy, u"1"};
    CHECK_HR(E_INVALIDARG, manager->EnumDownloads(&category, &list));
    category = {DODownloadProperty_Uri, nullptr};
    CHECK_HR(E_INVALIDARG, manager->EnumDownloads(&category, &list));
    category = {DODownloadProperty_Uri, u"http://other.test/"};
    CHECK_HR(DO_E_NO_DOWNLOADS, manager->EnumDownloads(&category, &list));

    OK(manager->EnumDownloads(nullptr, &list));
    IUnknown *both[3];
    ULONG fetched;
    CHECK_HR(S_FALSE, list->Next(3, both, &fetched));
    CHECK(fetched == 2);
    both[0]->Release(), both[1]->Release();
    OK(list->Reset());
    OK(list->Skip(1));
    Ref<IEnumUnknown> copy;
    OK(list->Clone(&copy));
    Ref<IUnknown> last;
    OK(copy->Next(1, &last, nullptr));
    CHECK(last.p == second.As<IUnknown>(IID_IUnknown).p);
    CHECK_HR(S_FALSE, copy->Skip(1));
    CHECK_HR(E_INVALIDARG, copy->Next(1, nullptr, nullptr));
    last.Reset();

    // Downloads are jobs: found by their id in the other generation too. What has ended is not listed.
    OK(StartWhole(first.p));
    UntilIs(first.p, DODownloadState_Transferred);
    OK(first->Finalize());
    OK(second->Abort());
    CHECK_HR(DO_E_NO_DOWNLOADS, manager->EnumDownloads(nullptr, &list));
}

static void Properties()
{
    auto manager = Downloads();
    Ref<IDODownload> download;
    OK(manager->CreateDownload(&download));
    auto p = download.p;
    Value none;
    CHECK_HR(E_INVALIDARG, p->GetProperty(DODownloadProperty_Uri, nullptr));
    CHECK_HR(E_INVALIDARG, p->SetProperty(DODownloadProperty_Uri, nullptr));
    CHECK_HR(DO_E_UNKNOWN_PROPERTY_ID, p->GetProperty((DODownloadProperty)30, &none));
    CHECK_HR(DO_E_UNKNOWN_PROPERTY_ID, p->SetProperty((DODownloadProperty)-1, &none));
    for (int i = 1; i < 30; i++) // but the id, none has a value yet
    {
        bool isWriteOnly = i == 7 || i == 15 || i == 16 || i == 18 || i == 19 || i == 23;
        CHECK_HR(isWriteOnly ? DO_E_WRITE_ONLY_PROPERTY : E_NOT_SET, p->GetProperty((DODownloadProperty)i, &none));
        CHECK(none.vt == VT_EMPTY);
    }
    for (int id : {0, 26, 27, 28, 29})
        CHECK_HR(DO_E_READ_ONLY_PROPERTY, Set(p, (DODownloadProperty)id, std::u16string(u"x")));

    // Texts.
    CHECK_HR(E_INVALIDARG, Set(p, DODownloadProperty_Uri, (ULONG)1));
    CHECK_HR(E_INVALIDARG, Set(p, DODownloadProperty_Uri, std::u16string()));
    CHECK_HR(INET_E_INVALID_URL, Set(p, DODownloadProperty_Uri, std::u16string(u"ftp://x/")));
    CHECK_HR(E_INVALIDARG, Set(p, DODownloadProperty_LocalPath, std::u16string(u"relative")));
    OK(Set(p, DODownloadProperty_Uri, Url("/a")));
    CHECK(Get(p, DODownloadProperty_Uri) == origin + "/a");
    OK(Set(p, DODownloadProperty_LocalPath, Path("properties")));
    CHECK(Get(p, DODownloadProperty_LocalPath) == directory + "/properties");
    OK(Set(p, DODownloadProperty_HttpCustomHeaders, std::u16string(u"X-One: 1\r\nX-Two: 2\r\n")));
    CHECK_HR(E_INVALIDARG, Set(p, DODownloadProperty_HttpCustomHeaders, std::u16string(u"no header")));
    OK(Set(p, DODownloadProperty_HttpCustomAuthHeaders, std::u16string(u"Authorization: Basic eDp5")));
    OK(Set(p, DODownloadProperty_CorrelationVector, std::u16string(u"cv")));
    CHECK(Get(p, DODownloadProperty_CorrelationVector) == "cv");

    // Numbers and flags.
    struct { int id; ULONG good; HRESULT beyond; ULONG bad; } numbers[] = {
        {6, 5, E_INVALIDARG, 6}, {7, 0x100, S_OK, 0}, {8, 100, E_INVALIDARG, 101}, {9, 0, S_OK, 3600}, {10, 60, E_INVALIDARG, 59}};
    for (auto &one : numbers)
    {
        CHECK_HR(E_INVALIDARG, Set(p, (DODownloadProperty)one.id, true));
        CHECK_HR(one.beyond, Set(p, (DODownloadProperty)one.id, one.bad));
        OK(Set(p, (DODownloadProperty)one.id, one.good));
        Value got;
        if (one.id != 7) { OK(p->GetProperty((DODownloadProperty)one.id, &got)); CHECK(got.vt == VT_UI4 && got.ulVal == one.good); }
    }
    for (int id : {11, 12, 16, 20, 22, 24, 25})
    {
        CHECK_HR(E_INVALIDARG, Set(p, (DODownloadProperty)id, (ULONG)1));
        OK(Set(p, (DODownloadProperty)id, true));
        Value got;
        if (id != 16) { OK(p->GetProperty((DODownloadProperty)id, &got)); CHECK(got.vt == VT_BOOL && got.boolVal == VARIANT_TRUE); }
        OK(Set(p, (DODownloadProperty)id, false));
    }
    CHECK_HR(E_INVALIDARG, Set(p, DODownloadProperty_TotalSizeBytes, (ULONG)1));
    OK(Set(p, DODownloadProperty_TotalSizeBytes, (UINT64)3000000));

    // Bytes: a certificate's, or not.
    Value bytes;
    bytes.vt = VT_ARRAY | VT_UI1;
    bytes.parray = SafeArrayCreateVector(VT_UI1, 0, 4);
    CHECK_HR(0x80092003, p->SetProperty(DODownloadProperty_SecurityContext, &bytes)); // CRYPT_E_FILE_ERROR
    CHECK_HR(E_INVALIDARG, Set(p, DODownloadProperty_SecurityContext, std::u16string(u"x")));
    CHECK(SafeArrayCreateVector(VT_BSTR, 0, 4) == nullptr);

    // Objects.
    Value dispatch;
    dispatch.vt = VT_DISPATCH;
    CHECK_HR(E_INVALIDARG, p->SetProperty(DODownloadProperty_CallbackInterface, &dispatch));
    CHECK_HR(E_NOINTERFACE, Set(p, DODownloadProperty_CallbackInterface, (IUnknown *)manager.p));
    CHECK_HR(DO_E_FILE_DOWNLOADSINK_ALREADY_SET, Set(p, DODownloadProperty_StreamInterface, (IUnknown *)manager.p));

    // In the states that allow it; some may change while it runs.
    OK(Set(p, DODownloadProperty_Uri, Url("/slow")));
    OK(StartWhole(p));
    for (int id : {1, 2, 4, 5, 17, 23}) CHECK_HR(DO_E_INVALID_STATE, Set(p, (DODownloadProperty)id, std::u16string(id == 1 ? Url("/a") : id == 4 ? Path("other") : u"a: b")));
    CHECK_HR(DO_E_INVALID_STATE, Set(p, DODownloadProperty_BlockingMode, true));
    CHECK_HR(DO_E_INVALID_STATE, Set(p, DODownloadProperty_NonVolatile, true));
    OK(Set(p, DODownloadProperty_DisplayName, std::u16string(u"shown")));
    OK(Set(p, DODownloadProperty_ForegroundPriority, true));
    OK(Set(p, DODownloadProperty_CostPolicy, (ULONG)1));
    OK(p->Pause());
    OK(Set(p, DODownloadProperty_Uri, Url("/a")));
    OK(p->Start(nullptr));
    UntilIs(p, DODownloadState_Transferred);
    CHECK(Get(p, DODownloadProperty_DisplayName) == "shown");
    CHECK(Get(p, DODownloadProperty_HttpResponseHeaders).find("ETag") != std::string::npos);
    Value size;
    OK(p->GetProperty(DODownloadProperty_TotalSizeBytes, &size));
    CHECK(size.vt == VT_UI8 && size.ullVal == 3000000);
    OK(p->Abort());

    // What comes encrypted is not brought as it is.
    auto locked = NewDownload(manager.p, "/a", "locked");
    CHECK_HR(E_INVALIDARG, Set(locked.p, DODownloadProperty_DecryptionInfo, std::u16string(u"no json")));
    OK(Set(locked.p, DODownloadProperty_DecryptionInfo, std::u16string(u"{\"KeyData\":\"x\"}")));
    CHECK_HR(DO_E_FILE_ENCRYPTION_EXPECTED, StartWhole(locked.p));
    OK(locked->Abort());
}

static void Checked()
{
    auto manager = Downloads();
    auto good = Read("integrity.json"), bad = Read("integrity-false.json");
    auto unnamed = NewDownload(manager.p, "/a", "unnamed");
    OK(Set(unnamed.p, DODownloadProperty_IntegrityCheckMandatory, true));
    CHECK_HR(DO_E_INTEGRITYCHECKINFO_UNSPECIFIED, StartWhole(unnamed.p));
    CHECK_HR(E_INVALIDARG, Set(unnamed.p, DODownloadProperty_IntegrityCheckInfo, std::u16string(u"{}")));
    OK(Set(unnamed.p, DODownloadProperty_IntegrityCheckInfo, Wide(good)));
    OK(StartWhole(unnamed.p));
    UntilIs(unnamed.p, DODownloadState_Transferred);
    OK(unnamed->Finalize());
    CHECK(Read("unnamed") == Read("expected"));
    // Other bytes than the hashes say are not delivered, mandatory or not.
    auto wrong = NewDownload(manager.p, "/a", "false");
    OK(Set(wrong.p, DODownloadProperty_IntegrityCheckInfo, Wide(bad)));
    OK(StartWhole(wrong.p));
    UntilIs(wrong.p, DODownloadState_Paused);
    CHECK_HR(DO_E_BAD_PIECE_HASH, Status(wrong.p).Error);
    OK(wrong->Abort());
    CHECK(!Exists("false"));
}

static void Challenged()
{
    auto manager = Downloads();
    auto download = NewDownload(manager.p, "/locked", "locked");
    Value none;
    CHECK_HR(E_NOT_SET, download->GetProperty(DODownloadProperty_HttpServerIPAddress, &none));
    OK(StartWhole(download.p));
    UntilIs(download.p, DODownloadState_Paused);
    CHECK((unsigned)Status(download.p).Error == 0x80190191u); // 401
    CHECK(Get(download.p, DODownloadProperty_HttpServerIPAddress) == "127.0.0.1");
    // Wrong headers are refused as none are.
    OK(Set(download.p, DODownloadProperty_HttpCustomAuthHeaders, std::u16string(u"Authorization: Basic d3Jvbmc6eQ==")));
    OK(download->Start(nullptr));
    UntilIs(download.p, DODownloadState_Paused);
    CHECK((unsigned)Status(download.p).Error == 0x80190191u);
    CHECK_HR(E_INVALIDARG, Set(download.p, DODownloadProperty_HttpCustomAuthHeaders, std::u16string(u"no header")));
    CHECK_HR(E_INVALIDARG, Set(download.p, DODownloadProperty_HttpCustomAuthHeaders, std::u16string(u"Range: bytes=0-1")));
    OK(Set(download.p, DODownloadProperty_HttpCustomAuthHeaders, std::u16string(u"Authorization: Basic eDp5\r\nX-Key: z\r\n")));
    CHECK_HR(DO_E_WRITE_ONLY_PROPERTY, download->GetProperty(DODownloadProperty_HttpCustomAuthHeaders, &none));
    OK(download->Start(nullptr));
    UntilIs(download.p, DODownloadState_Transferred);
    OK(download->Finalize());
    CHECK(Read("locked") == Read("expected"));
    CHECK(Get(download.p, DODownloadProperty_HttpServerIPAddress) == "127.0.0.1");
}

const std::vector<Named> downloadCases = {
    {"download-states", States}, {"download-resting", Resting}, {"download-list", Listed}, {"download-properties", Properties}, {"download-checked", Checked},
    {"download-challenged", Challenged}};
